package words

import "strings"

// chunk is a run of parts, which are letters and digits, with single separators between them, such
// as `INV-2026-0001`. separators[i] follows parts[i].
type chunk struct {
	parts      []string
	separators []rune
}

// joining are the characters that join two parts to a chunk.
const joining = "-'’./_:,·‐‑"

// chunksOf splits a folded text.
func chunksOf(text string) (out []chunk) {
	var c chunk
	var part strings.Builder
	var separator rune
	endPart := func() {
		if part.Len() > 0 {
			c.parts = append(c.parts, part.String())
			part.Reset()
		}
	}
	endChunk := func() {
		endPart()
		if len(c.parts) > 0 {
			out = append(out, c)
		}
		c, separator = chunk{}, 0
	}
	var last rune
	for _, r := range text {
		switch {
		case isWordRune(r) && part.Len() == 0:
			if separator != 0 {
				c.separators, separator = append(c.separators, separator), 0
			}
			part.WriteRune(r)
		case isWordRune(r):
			if isUnspaced(r) != isUnspaced(last) && !isMarkOf(r, last) {
				endChunk()
			}
			part.WriteRune(r)
		case strings.ContainsRune(joining, r) && part.Len() > 0:
			endPart()
			separator = r
		default:
			endChunk()
		}
		last = r
	}
	endChunk()
	return out
}

// isMarkOf reports whether r is a mark or digit that may follow last inside a word of any script.
func isMarkOf(r, last rune) bool { return !isUnspaced(r) && !isLetterOrDigit(r) && isWordRune(last) }

func isLetterOrDigit(r rune) bool { return isWordRune(r) && !isMark(r) }

// isOneWord reports whether the parts together are also a word: a code with digits, or letters
// joined by hyphens or apostrophes.
func (c chunk) isOneWord() bool {
	if len(c.parts) < 2 || len(c.parts) > maxParts || isUnspaced(firstRune(c.parts[0])) {
		return false
	}
	for _, part := range c.parts {
		if strings.ContainsFunc(part, isDigit) {
			return true
		}
	}
	for _, s := range c.separators {
		if strings.ContainsRune("./_:,·", s) {
			return false
		}
	}
	return true
}

// ungrouped returns the parts of a number without the separators between its thousands: `1234` and
// `50` for `1,234.50`. ok is false for all other chunks.
func (c chunk) ungrouped() (parts []string, ok bool) {
	if len(c.parts) < 2 || len(c.parts) > maxParts || len(c.parts[0]) > 3 || !isNumber(c.parts[0]) {
		return nil, false
	}
	thousands := c.separators[0]
	if !strings.ContainsRune(",.'’", thousands) {
		return nil, false
	}
	whole, i := c.parts[0], 1
	for ; i < len(c.parts) && c.separators[i-1] == thousands && len(c.parts[i]) == 3; i++ {
		whole += c.parts[i]
	}
	switch rest := len(c.parts) - i; {
	case i == 1, rest > 1, !isNumber(strings.Join(c.parts, "")):
		return nil, false
	case rest == 0:
		return []string{whole}, true
	case !strings.ContainsRune(",.", c.separators[i-1]) || c.separators[i-1] == thousands:
		return nil, false
	}
	return []string{whole, c.parts[i]}, true
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
