package statement

import (
	"fmt"
	"strings"

	"backoffice/internal/platform/sheet"
)

// ofxText decodes the file. The markup begins at start; before it stands the header of OFX 1, which is none. The header
// of OFX 2 is markup.
func ofxText(content []byte) (text string, start int, err error) {
	beginning := fileHead(content)
	if compression := ofxHeader(beginning, "COMPRESSION", "OLDFILEUID"); compression != "" && compression != "NONE" {
		return "", 0, fmt.Errorf("%w: the file is compressed by %.40q", ErrUnsupported, compression)
	}
	if text, err = sheet.Decode(content, ofxCharset(beginning)); err != nil {
		return "", 0, err
	}
	if start = strings.IndexByte(text, '<'); start < 0 {
		return "", 0, fmt.Errorf("%w: it ends before <OFX>", ErrDamaged)
	}
	return text, start, nil
}

// ofxCharset is the character set that either header names, or "". In OFX 1, CHARSET counts only beside USASCII.
func ofxCharset(head string) string {
	if _, declaration, found := strings.Cut(head, "<?xml"); found {
		declaration, _, _ = strings.Cut(declaration, "?>")
		_, value, _ := strings.Cut(declaration, "encoding=")
		if value == "" {
			return ""
		}
		value, _, _ = strings.Cut(value[1:], value[:1])
		return value
	}
	if encoding := ofxHeader(head, "ENCODING", "CHARSET"); encoding != "" && encoding != "USASCII" {
		return encoding
	}
	return ofxHeader(head, "CHARSET", "COMPRESSION")
}

// ofxHeader is the value of a key of the header of OFX 1. Each belongs on a line of its own, but some banks write all on
// one line, even without blanks; so a value ends at a blank or where the key that follows it begins.
func ofxHeader(head, key, nextKey string) string {
	header, _, _ := strings.Cut(head, "<")
	_, value, _ := strings.Cut(header, key+":")
	value = strings.TrimLeft(value, " \t")
	if end := strings.IndexAny(value, " \t\r\n"); end >= 0 {
		value = value[:end]
	}
	value, _, _ = strings.Cut(value, nextKey)
	return value
}
