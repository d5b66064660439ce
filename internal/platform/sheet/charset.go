package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Decode decodes a file to text whose lines end in \n. The charset is the one that the file declares,
// or "" if it declares none.
//
// Banks often declare one charset and use another. Valid UTF-8 beyond ASCII hardly occurs by accident,
// so Decode reads it as UTF-8 whatever the file declares. It reads invalid UTF-8 as Windows-1252 if the
// file declares UTF-8 or nothing.
func Decode(content []byte, charset string) (string, error) {
	named, err := encodingOf(charset)
	if err != nil {
		return "", err
	}
	switch {
	case bytes.HasPrefix(content, []byte{0xff, 0xfe}) || bytes.HasPrefix(content, []byte{0xfe, 0xff}):
		named = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case utf8.Valid(content):
		return normalizeLineEnds(string(content)), nil
	case named == unicode.UTF8:
		named = charmap.Windows1252
	}
	text, err := named.NewDecoder().Bytes(content)
	if err != nil {
		return "", fmt.Errorf("%w: the file is not in the character set it declares, %.40q", ErrCharset, charset)
	}
	return normalizeLineEnds(string(text)), nil
}

// normalizeLineEnds ends all lines with \n. It copies the text only if necessary, since it may be large.
func normalizeLineEnds(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// encodingOf returns the encoding of a charset, by the names that OFX headers and XML declarations use.
func encodingOf(charset string) (encoding.Encoding, error) {
	switch strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToUpper(charset)) {
	case "", "NONE", "UTF8", "UNICODE", "CSUNICODE", "UTF16", "USASCII", "ASCII":
		return unicode.UTF8, nil
	case "1252", "CP1252", "WINDOWS1252", "ISO88591", "88591", "LATIN1", "ANSI":
		return charmap.Windows1252, nil
	case "1250", "CP1250", "WINDOWS1250":
		return charmap.Windows1250, nil
	case "1251", "CP1251", "WINDOWS1251":
		return charmap.Windows1251, nil
	case "ISO88592", "88592":
		return charmap.ISO8859_2, nil
	case "ISO885915", "885915":
		return charmap.ISO8859_15, nil
	case "850", "CP850", "IBM850":
		return charmap.CodePage850, nil
	case "437", "CP437", "IBM437":
		return charmap.CodePage437, nil
	}
	return nil, fmt.Errorf("%w %.40q", ErrCharset, charset)
}
