package bankfile

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// resolveEntities replaces predefined entities and numeric character references, once. It keeps
// other text with an ampersand, because banks also write "A & B".
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

// lookupEntity returns the character of an entity, by its name or number.
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

// characterOf returns the character with a code. The codes 128 to 159 are control characters in
// Unicode. Files that use them mean Windows-1252.
func characterOf(code rune) string {
	if code >= 0x80 && code <= 0x9f {
		code = charmap.Windows1252.DecodeByte(byte(code))
	}
	return string(code)
}
