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

// Attachment returns the Content-Disposition of a file that browsers save and do not show: an
// uploaded file must not open as a page of this server. A name beyond ASCII is in `filename*`,
// after a name in ASCII for clients that do not support it (RFC 6266, section 4.3 and appendix D).
func Attachment(name string) string {
	if name == "" {
		return "attachment"
	}
	full := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	extended, isExtended := strings.CutPrefix(full, "attachment; filename*=")
	if !isExtended {
		return full
	}
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '_'
		}
		return r
	}, name)
	return mime.FormatMediaType("attachment", map[string]string{"filename": plain}) + "; filename*=" + extended
}

// FileName returns the name of a file from its title, its period and its extension, such as
// `Books - 2026-01-01 to 2026-12-31.xlsx`. The period may be "".
func FileName(title, period, extension string) string {
	if period != "" {
		title += " - " + period
	}
	return title + "." + strings.ToLower(extension)
}
