package rpc

import (
	"context"
	"mime"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// mdDisposition carries the name of a file that a method returns.
const mdDisposition = "content-disposition"

// NameFile gives the file that a method returns a name, under which browsers save it.
func NameFile(ctx context.Context, name string) {
	// It fails only where nobody waits for an answer.
	_ = grpc.SetHeader(ctx, metadata.Pairs(mdDisposition, Attachment(name)))
}

// Attachment is the Content-Disposition of a file that is saved and not shown (RFC 6266): what
// somebody sent must not open as a page of ours.
func Attachment(name string) string {
	if name == "" {
		return "attachment"
	}
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}

// FileName is the name of a file by what it shows, of which days, "" for all, and its
// extension.
func FileName(title, days, extension string) string {
	if days != "" {
		title += " - " + days
	}
	return title + "." + strings.ToLower(extension)
}
