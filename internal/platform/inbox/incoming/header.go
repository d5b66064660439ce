package incoming

import (
	"bytes"
	"slices"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // the character sets of mails
	"github.com/emersion/go-message/textproto"
)

// header is the header of a message or a part.
type header struct{ message.Header }

// readHeader reads a header. Lines that are no fields are skipped, because a single bad line must
// not hide the rest.
func (m *Message) readHeader(raw []byte) header {
	var h textproto.Header
	var fields [][]byte
	for line := range bytes.Lines(raw) {
		line = bytes.TrimRight(line, "\r\n")
		name, _, hasColon := bytes.Cut(line, []byte(":"))
		switch {
		case len(fields) > 0 && len(line) > 0 && (line[0] == ' ' || line[0] == '\t'):
			last := len(fields) - 1
			fields[last] = append(append(fields[last], "\r\n"...), line...)
		case hasColon && isFieldName(bytes.TrimRight(name, " \t")):
			fields = append(fields, bytes.Clone(line))
		case !bytes.HasPrefix(line, []byte("From ")): // the first line of a message in an mbox file
			m.Malformed = true
		}
	}
	// AddRaw prepends.
	for i := len(fields) - 1; i >= 0; i-- {
		name, value, _ := bytes.Cut(fields[i], []byte(":"))
		name, value = bytes.TrimRight(name, " \t"), bytes.TrimLeft(value, " \t")
		h.AddRaw(slices.Concat(name, []byte(": "), value, []byte("\r\n")))
	}
	return header{message.Header{Header: h}}
}

// isFieldName reports whether a name is one of a header field (RFC 5322, 2.2).
func isFieldName(name []byte) bool {
	return len(name) > 0 && bytes.IndexFunc(name, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == ':' }) < 0
}

// get returns the first value of a field as it was sent, on one line.
func (h header) get(name string) string { return strings.TrimSpace(unfold(h.Header.Header.Get(name))) }

// values returns all values of a field as they were sent, each on one line.
func (h header) values(name string) []string {
	all := h.Header.Values(name)
	for i := range all {
		all[i] = unfold(all[i])
	}
	return all
}

func unfold(value string) string {
	return strings.NewReplacer("\r\n", "", "\n", "", "\r", "").Replace(value)
}

// text returns the first value of a field with its encoded words decoded (RFC 2047).
func (h header) text(name string) string {
	decoded, err := h.Text(name)
	if err != nil {
		decoded = h.get(name)
	}
	return toUTF8([]byte(decoded))
}

// contentType returns the media type of a part in lower case, and its parameters.
func (h header) contentType() (mediaType string, parameters map[string]string) {
	mediaType, parameters, err := h.ContentType()
	if err != nil {
		mediaType, _, _ = strings.Cut(mediaType, ";")
	}
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	kind, subtype, ok := strings.Cut(mediaType, "/")
	if !ok || len(mediaType) > maxNameBytes || !isFieldName([]byte(kind)) || !isFieldName([]byte(subtype)) {
		mediaType = "application/octet-stream"
	}
	return mediaType, parameters
}

// isAttachment reports whether a part is to be shown as a file. name is its file name, "" if it has
// none.
func (h header) isAttachment(parameters map[string]string) (attached bool, name string) {
	disposition, more, _ := h.ContentDisposition()
	name = more["filename"]
	if name == "" {
		name = parameters["name"]
	}
	return strings.EqualFold(disposition, "attachment"), name
}
