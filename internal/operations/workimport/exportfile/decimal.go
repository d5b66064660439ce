package exportfile

import (
	"errors"
	"strings"

	"backoffice/internal/platform/sheet"
)

var (
	errNotNumber = errors.New("is not a number")
	errMarks     = errors.New("has its marks of decimals and thousands in other places than the other numbers of the file")
)

// parseDecimal returns a number with a decimal point and without marks of thousands, such as 1250.0
// for 1.250,0. mark is the decimal mark. The number keeps its digits, and is never a float.
func parseDecimal(text string, mark byte) (string, error) {
	const longest = 30
	if mark == 0 {
		mark = '.'
	}
	number := numberReplacer.Replace(strings.TrimSpace(text))
	number, isNegative := strings.CutPrefix(number, "-")
	if number == "" || len(number) > longest || strings.Trim(number, "0123456789.,' ") != "" {
		return "", errNotNumber
	}
	whole, fraction, hasMark := strings.Cut(number, string(mark))
	if i := strings.IndexAny(whole, ".,' "); i >= 0 {
		groups := strings.Split(whole, whole[i:i+1])
		if !areThousands(groups) {
			return "", errMarks
		}
		whole = strings.Join(groups, "")
	}
	switch {
	case !sheet.IsDigits(fraction), hasMark && fraction == "":
		return "", errMarks
	case whole == "" && hasMark:
		whole = "0"
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if hasMark {
		whole += "." + fraction
	}
	if isNegative && strings.Trim(whole, "0.") != "" {
		whole = "-" + whole
	}
	return whole, nil
}

// numberReplacer replaces typographic spaces, apostrophes and minus signs.
var numberReplacer = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'", "−", "-")

// areThousands reports whether groups of digits are thousands, as in 1,234,567.
func areThousands(groups []string) bool {
	for i, g := range groups {
		if !sheet.IsDigits(g) || i > 0 && len(g) != 3 || i == 0 && (len(g) == 0 || len(g) > 3) {
			return false
		}
	}
	return true
}

// decimal returns the number in a cell, or "". It reports a cell that is not a number.
func (c *record) decimal(field Field) string {
	text := c.text(field)
	if text == "" {
		return ""
	}
	number, err := parseDecimal(text, c.mark)
	if err != nil {
		c.lack(field, "%s", err)
	}
	return number
}

// flags are the words for yes and no. Some accounts export them in the language of the user.
var flags = map[string]Flag{
	"yes": Yes, "true": Yes, "y": Yes, "ja": Yes, "oui": Yes, "sí": Yes, "si": Yes, "sim": Yes, "はい": Yes,
	"no": No, "false": No, "n": No, "nein": No, "nee": No, "non": No, "não": No, "いいえ": No,
}

// flag returns the yes or no in a cell. It reports another word.
func (c *record) flag(field Field) Flag {
	text := fold(c.raw(field))
	flag, ok := flags[text]
	if !ok && text != "" {
		c.lack(field, "is neither yes nor no")
	}
	return flag
}
