package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// Decode decodes a file to text whose lines end in \n. The charset is the one that the file
// declares, or "" if it declares none.
//
// Banks often declare one charset and use another. Valid UTF-8 beyond ASCII hardly occurs by
// accident, so Decode reads it as UTF-8 whatever the file declares. It reads invalid UTF-8 as
// Windows-1252 if the file declares UTF-8 or nothing.
//
// UTF-16 is recognized with and without a byte order mark.
func Decode(content []byte, charset string) (string, error) {
	found, err := DetectCharset(content, charset)
	if err != nil {
		return "", err
	}
	return found.Decode(content)
}

// Charset is a character set.
type Charset struct {
	Name     string // such as `UTF-8` or `windows-1252`
	encoding encoding.Encoding
}

// DetectCharset returns the charset of a file that declares a charset, or "" for none. See Decode.
func DetectCharset(content []byte, charset string) (Charset, error) {
	named, err := encodingOf(charset)
	if err != nil {
		return Charset{}, err
	}
	order, isUTF16 := byteOrder(content)
	switch {
	case isUTF16:
		return Charset{Name: "UTF-16", encoding: unicode.UTF16(order, unicode.UseBOM)}, nil
	case utf8.Valid(content):
		return Charset{Name: "UTF-8", encoding: unicode.UTF8}, nil
	case named == unicode.UTF8:
		return Charset{Name: "windows-1252", encoding: charmap.Windows1252}, nil
	}
	return Charset{Name: charset, encoding: named}, nil
}

// Decode decodes a file to text whose lines end in \n.
func (c Charset) Decode(content []byte) (string, error) {
	if c.encoding == unicode.UTF8 {
		return normalizeLineEnds(string(content)), nil
	}
	text, err := c.encoding.NewDecoder().Bytes(content)
	if err != nil {
		return "", fmt.Errorf("%w: the file is not in the character set %.40q", ErrCharset, c.Name)
	}
	return normalizeLineEnds(string(text)), nil
}

// byteOrder returns the byte order of UTF-16, and false for other charsets. Without a byte order
// mark, text is UTF-16 if most of its characters have a zero byte on the same side, as Latin
// letters and digits do.
func byteOrder(content []byte) (unicode.Endianness, bool) {
	switch {
	case bytes.HasPrefix(content, []byte{0xff, 0xfe}):
		return unicode.LittleEndian, true
	case bytes.HasPrefix(content, []byte{0xfe, 0xff}):
		return unicode.BigEndian, true
	}
	const headBytes = 4096
	head := content[:min(len(content), headBytes)]
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	pairs := len(head) / 2
	const fewest = 4 // pairs of bytes that show an order
	switch {
	case pairs < fewest:
	case zeros[1]*2 > pairs && zeros[0]*10 < pairs:
		return unicode.LittleEndian, true
	case zeros[0]*2 > pairs && zeros[1]*10 < pairs:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}

// normalizeLineEnds ends all lines with \n. It copies the text only if necessary, since it may be
// large.
func normalizeLineEnds(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// encodingOf returns the encoding of a charset, by the names that OFX headers and XML declarations
// use.
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
	case "SHIFTJIS", "SJIS", "CP932", "WINDOWS31J":
		return japanese.ShiftJIS, nil
	case "GB18030", "GBK", "GB2312":
		return simplifiedchinese.GB18030, nil
	}
	return nil, fmt.Errorf("%w %.40q", ErrCharset, charset)
}
