// Package mediatype decides which media type a file has: the declared one if the content can be of
// that type, otherwise the type of the content. It reads only the beginning of a file and unpacks
// nothing, so archives that unpack to huge files do no harm. It does not validate files: a content
// that begins as a PDF is one, however it continues.
package mediatype

import (
	"mime"
	"strings"
	"sync"

	"github.com/gabriel-vasile/mimetype"
)

// HeadSize is the number of bytes by which Of recognizes a content. The names in an Office document
// begin within them.
const HeadSize = 32 << 10

// readWholeHead makes the detection read HeadSize bytes; it reads fewer by default.
var readWholeHead = sync.OnceFunc(func() { mimetype.SetLimit(HeadSize) })

// Unknown is the media type of a content without a known format.
const Unknown = "application/octet-stream"

const (
	plainText = "text/plain"
	xmlText   = "text/xml"
	jsonText  = "application/json"
)

// Of returns the media type of a content by its first HeadSize bytes. declared is the type that the
// sender gave, "" if none. The result has no parameters.
func Of(declared string, head []byte) string {
	readWholeHead()
	declared = withoutParameters(declared)
	found := mimetype.Detect(head)
	var fits bool
	switch {
	case found.Is(declared):
		return declared
	case isWithin(found, plainText):
		fits = canBeText(declared, found)
	case found.Is(Unknown):
		fits = !isText(declared) && mimetype.Lookup(declared) == nil
	default:
		fits = canBeContainer(declared, found)
	}
	if fits && declared != "" && declared != Unknown {
		return declared
	}
	return withoutParameters(found.String())
}

// withoutParameters returns a media type in lower case without parameters, "" if it is invalid.
func withoutParameters(mediaType string) string {
	bare, _, err := mime.ParseMediaType(mediaType)
	if err != nil || !strings.Contains(bare, "/") {
		return ""
	}
	return bare
}

// isWithin reports whether a type is another type or a special case of it, as a page in HTML is a
// text.
func isWithin(m *mimetype.MIME, of string) bool {
	for ; m != nil; m = m.Parent() {
		if m.Is(of) {
			return true
		}
	}
	return false
}

// isActive reports whether a browser may run scripts in a text of a type.
func isActive(m *mimetype.MIME) bool {
	return m.Is("text/html") || m.Is("image/svg+xml") || m.Is("application/xhtml+xml")
}

// isText reports whether a declared type is one of texts.
func isText(declared string) bool {
	return strings.HasPrefix(declared, "text/") || strings.HasPrefix(declared, "message/") ||
		strings.HasSuffix(declared, "+xml") || strings.HasSuffix(declared, "+json") ||
		isWithin(mimetype.Lookup(declared), plainText)
}

// canBeText reports whether a text can be of a declared type. JSON and XML are recognized, so a
// text that is not recognized is neither. Other texts, such as CSV, often look like plain text.
func canBeText(declared string, found *mimetype.MIME) bool {
	known := mimetype.Lookup(declared)
	switch {
	case isActive(found) || known != nil && isActive(known):
		return false
	case isWithin(known, xmlText) || strings.HasSuffix(declared, "+xml"):
		return isWithin(found, xmlText)
	case isWithin(known, jsonText) || strings.HasSuffix(declared, "+json"):
		return isWithin(found, jsonText)
	case isText(declared):
		return true
	}
	return known == nil && strings.HasPrefix(declared, "application/")
}

// canBeContainer reports whether a recognized archive or container can be of a declared type that
// is not known, such as `application/vnd.etsi.asic-e+zip`.
func canBeContainer(declared string, found *mimetype.MIME) bool {
	isContainer := found.Is("application/zip") || found.Is("application/gzip") || found.Is("application/x-ole-storage")
	return isContainer && mimetype.Lookup(declared) == nil && strings.HasPrefix(declared, "application/")
}
