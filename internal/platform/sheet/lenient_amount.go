package sheet

import (
	"errors"
	"strings"
	"unicode"
)

var errNotAnAmount = errors.New("is not an amount")

// DetectDecimalMark finds the decimal mark that the amounts of a column share, `.` or `,`. An amount shows
// it if its last mark is not followed by exactly three digits, or if it has a different mark before
// that. DetectDecimalMark returns 0 if no amount shows it.
func DetectDecimalMark(amounts []string) byte {
	for _, text := range amounts {
		text = digitsAndMarks(text)
		last := strings.LastIndexAny(text, ".,")
		if last < 0 {
			continue
		}
		first := strings.IndexAny(text, ".,")
		if len(text)-last-1 != 3 || first != last && text[first] != text[last] {
			return text[last]
		}
	}
	return 0
}

// digitsAndMarks keeps the digits, points and commas of an amount. It drops the sign, the currency,
// and the spaces and apostrophes between thousands.
func digitsAndMarks(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '.' || r == ',' {
			return r
		}
		return -1
	}, text)
}

// ParseLenientAmount parses an amount as programs and people write it in tables. It accepts a
// currency, a sign before or after the number, parentheses for a negative amount, and letters for the
// side, such as D or C, after the number. The mark is the decimal mark of the column, or 0 if it is
// unknown.
func ParseLenientAmount(text, currency string, mark byte) (int64, error) {
	rest, negative := trimSide(strings.ToUpper(strings.TrimSpace(text)))
	minus, err := parseSign(rest)
	if err != nil {
		return 0, err
	}
	plain := digitsAndMarks(rest)
	if plain == "" || strings.ContainsFunc(betweenFirstAndLastDigit(rest), breaksNumber) {
		return 0, errNotAnAmount
	}
	if mark != 0 {
		plain = withDecimalPoint(plain, mark)
	}
	minor, err := ParseAmount(plain, currency)
	if negative || minus {
		minor = -minor
	}
	return minor, err
}

// trimSide removes parentheses and the letters of a side from an amount. It reports whether they make
// the amount negative. S and H are the German letters for debit and credit (Soll and Haben).
func trimSide(text string) (rest string, negative bool) {
	rest = text
	if strings.HasPrefix(rest, "(") && strings.HasSuffix(rest, ")") {
		negative, rest = true, rest[1:len(rest)-1]
	}
	for _, debit := range []string{"DR", "D", "S"} {
		if plain, ok := strings.CutSuffix(rest, debit); ok && endsInDigit(plain) {
			negative, rest = true, plain
			break
		}
	}
	for _, credit := range []string{"CR", "C", "H"} {
		if plain, ok := strings.CutSuffix(rest, credit); ok && endsInDigit(plain) {
			return plain, negative
		}
	}
	return rest, negative
}

// parseSign reports whether an amount has a minus sign. It refuses characters that cannot be part of
// an amount, and more than one sign.
func parseSign(text string) (minus bool, err error) {
	signs := 0
	for _, r := range text {
		switch {
		case r == '-' || r == '−' || r == '–':
			minus = true
			signs++
		case r == '+':
			signs++
		case unicode.IsDigit(r) && r > '9':
			return false, errors.New("the amount has digits other than 0 to 9")
		case !isAmountRune(r):
			return false, errNotAnAmount
		}
	}
	if signs > 1 {
		return false, errors.New("the amount has more than one sign")
	}
	return minus, nil
}

// isAmountRune reports whether an amount may contain r: a digit, a decimal or thousands mark, a space, or
// a part of a currency.
func isAmountRune(r rune) bool {
	return r >= '0' && r <= '9' || strings.ContainsRune(".,'’", r) ||
		unicode.IsSpace(r) || unicode.Is(unicode.Sc, r) || unicode.IsLetter(r)
}

// withDecimalPoint writes an amount with a point as its decimal mark and without thousands marks. mark is
// the amount's decimal mark. Three digits after it are decimals, and after the other mark thousands.
func withDecimalPoint(amount string, mark byte) string {
	other := ","
	if mark == ',' {
		other = "."
	}
	amount = strings.ReplaceAll(strings.ReplaceAll(amount, other, ""), string(mark), ".")
	if whole, fraction, ok := strings.Cut(amount, "."); ok {
		amount = whole + "." + PadThreeDecimals(fraction)
	}
	return amount
}

// betweenFirstAndLastDigit returns the part of an amount after its first digit, up to its last digit.
func betweenFirstAndLastDigit(text string) string {
	const digits = "0123456789"
	return text[strings.IndexAny(text, digits)+1 : strings.LastIndexAny(text, digits)+1]
}

// breaksNumber reports whether r between two digits makes text something other than one amount: two
// numbers, or a power of ten such as 1E+05.
func breaksNumber(r rune) bool {
	return unicode.IsLetter(r) || strings.ContainsRune("+-−–", r)
}

func endsInDigit(text string) bool {
	text = strings.TrimSpace(text)
	return text != "" && text[len(text)-1] >= '0' && text[len(text)-1] <= '9'
}

// PadThreeDecimals appends a zero to a fraction of three digits, so that ParseAmount does not mistake
// them for thousands. Callers use it where the decimal mark is known.
func PadThreeDecimals(fraction string) string {
	if len(fraction) == 3 {
		return fraction + "0"
	}
	return fraction
}
