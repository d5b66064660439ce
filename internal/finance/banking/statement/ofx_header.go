package statement

import (
	"fmt"
	"strings"

	"backoffice/internal/platform/sheet"
)

// ofxText decodes the file. The markup begins at start, after the header of OFX 1, which is not markup.
// The header of OFX 2 is markup.
func ofxText(content []byte) (text string, start int, err error) {
	beginning := fileHead(content)
	if compression := ofxHeader(beginning, "COMPRESSION", "OLDFILEUID"); compression != "" && compression != "NONE" {
		return "", 0, fmt.Errorf("%w: the file is compressed with %.40q", ErrUnsupported, compression)
	}
	if text, err = sheet.Decode(content, ofxCharset(beginning)); err != nil {
		return "", 0, err
	}
	if start = strings.IndexByte(text, '<'); start < 0 {
		return "", 0, fmt.Errorf("%w: it ends before <OFX>", ErrCorrupt)
	}
	return text, start, nil
}

// ofxCharset returns the character set in the header of either version, or "". In OFX 1, CHARSET applies
// only to the encoding USASCII.
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

// ofxHeader returns the value of a key in the header of OFX 1. Each key belongs on a separate line,
// but some banks write all of them on one line, even without spaces. So a value ends at a space or
// where the next key begins.
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
