package incoming

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// toUTF8 returns text as valid UTF-8. Text in another encoding that the mail does not declare is
// most likely Windows-1252.
func toUTF8(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}
	decoded, err := charmap.Windows1252.NewDecoder().Bytes(text)
	if err != nil {
		return strings.ToValidUTF8(string(text), "\uFFFD")
	}
	return string(decoded)
}

// cleanText returns text with `\n` at the ends of lines, and without other control characters.
func cleanText(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) || r == '\uFEFF' {
			return -1
		}
		return r
	}, text)
}

// oneLine returns text as one line of at most limit characters without control characters.
func oneLine(text string, limit int) string {
	line := strings.Join(strings.FieldsFunc(toUTF8([]byte(text)), func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) && r != '\u00a0' || unicode.Is(unicode.Bidi_Control, r)
	}), " ")
	line, _ = Cut(line, limit)
	return line
}

// Cut returns at most limit characters of text. cut is true if there were more.
func Cut(text string, limit int) (short string, cut bool) {
	count := 0
	for i := range text {
		if count++; count > limit {
			return text[:i], true
		}
	}
	return text, false
}

// flowed joins the lines of a format=flowed text that belong together (RFC 3676).
func flowed(content []byte, parameters map[string]string) []byte {
	if !strings.EqualFold(parameters["format"], "flowed") {
		return content
	}
	deleteSpace := strings.EqualFold(parameters["delsp"], "yes")
	var out bytes.Buffer
	previous := -1 // the depth of quotes of the line that flows on, -1 if none does
	for line := range bytes.Lines(content) {
		line = bytes.TrimRight(line, "\r\n")
		depth := len(line) - len(bytes.TrimLeft(line, ">"))
		text := line[depth:]
		if isSignature := string(text) == "-- " || string(text) == " -- "; previous == depth && !isSignature {
			text = bytes.TrimPrefix(text, []byte(" "))
		} else {
			if previous >= 0 {
				out.WriteByte('\n')
			}
			out.Write(line[:depth])
			if depth == 0 {
				text = bytes.TrimPrefix(text, []byte(" "))
			}
		}
		soft := bytes.HasSuffix(text, []byte(" ")) && string(text) != "-- "
		if soft && deleteSpace {
			text = text[:len(text)-1]
		}
		out.Write(text)
		if previous = -1; soft {
			previous = depth
		} else {
			out.WriteByte('\n')
		}
	}
	return out.Bytes()
}
