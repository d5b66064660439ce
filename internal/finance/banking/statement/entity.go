package statement

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// resolveEntities replaces the fixed entities and those of character numbers, once. What is none of them stays as it is,
// because banks write "A & B" too.
func resolveEntities(text string) string {
	if !strings.Contains(text, "&") {
		return text
	}
	var resolved strings.Builder
	for {
		before, rest, found := strings.Cut(text, "&")
		resolved.WriteString(before)
		if !found {
			return resolved.String()
		}
		end := strings.IndexByte(rest[:min(len(rest), maxEntityBytes)], ';')
		character, known := "", false
		if end > 0 {
			character, known = lookupEntity(rest[:end])
		}
		if known {
			resolved.WriteString(character)
			text = rest[end+1:]
		} else {
			resolved.WriteByte('&')
			text = rest
		}
	}
}

// lookupEntity is the character of that name or number.
func lookupEntity(name string) (string, bool) {
	switch strings.ToLower(name) {
	case "amp":
		return "&", true
	case "lt":
		return "<", true
	case "gt":
		return ">", true
	case "quot":
		return `"`, true
	case "apos":
		return "'", true
	case "nbsp":
		return " ", true
	}
	number, numeric := strings.CutPrefix(name, "#")
	if !numeric {
		return "", false
	}
	base := 10
	if hex := strings.TrimLeft(number, "xX"); len(hex) == len(number)-1 {
		number, base = hex, 16
	}
	code, err := strconv.ParseUint(number, base, 32)
	if err != nil {
		return "", false
	}
	return characterOf(rune(min(code, utf8.MaxRune+1))), true
}

// characterOf is the one of that number. 128 to 159 are control characters that nobody means; who writes them means the
// characters of Windows.
func characterOf(code rune) string {
	if code >= 0x80 && code <= 0x9f {
		code = charmap.Windows1252.DecodeByte(byte(code))
	}
	return string(code)
}
