package rpc

import (
	"context"
	"mime"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// mdDisposition is the metadata key for the name of a file that a method returns.
const mdDisposition = "content-disposition"

// SetFileName sets the name under which browsers save the file that a method returns.
func SetFileName(ctx context.Context, name string) {
	// It fails only outside a request, where the name has no use.
	_ = grpc.SetHeader(ctx, metadata.Pairs(mdDisposition, Attachment(name)))
}

// Attachment returns the Content-Disposition of a file that browsers save and do not show (RFC
// 6266): an uploaded file must not open as a page of this server.
func Attachment(name string) string {
	if name == "" {
		return "attachment"
	}
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}

// FileName returns the name of a file from its title, its period and its extension, such as
// `Books - 2026-01-01 to 2026-12-31.xlsx`. The period may be "".
func FileName(title, period, extension string) string {
	if period != "" {
		title += " - " + period
	}
	return title + "." + strings.ToLower(extension)
}
