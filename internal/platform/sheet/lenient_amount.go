package sheet

import (
	"errors"
	"strings"
	"unicode"
)

// DecimalMark finds the mark of decimals that the amounts of a column share: the last mark of one behind which there are
// not three digits, or that stands behind another mark. 0 says that nothing tells.
func DecimalMark(texts []string) byte {
	for _, text := range texts {
		text = bareAmount(text)
		last := strings.LastIndexAny(text, ".,")
		if last < 0 {
			continue
		}
		other := strings.IndexAny(text, ".,")
		if len(text)-last-1 != 3 || other != last && text[other] != text[last] {
			return text[last]
		}
	}
	return 0
}

// Amount reads the amount in a column, as ParseLooseAmount does. A workbook's number is a
// plain decimal and needs no mark.
func (r Row) Amount(at int, currency string, mark byte) (int64, error) {
	if at >= 0 && at < len(r.numbers) && r.numbers[at] {
		mark = '.'
	}
	return ParseLooseAmount(r.Cell(at), currency, mark)
}

// Marked tells whether the amount in a column is text, which has a mark of decimals as its
// language does.
func (r Row) Marked(at int) bool {
	return r.Cell(at) != "" && (at >= len(r.numbers) || !r.numbers[at])
}

// bareAmount is an amount without its sign, its currency and the blanks and apostrophes between its thousands.
func bareAmount(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '.' || r == ',' {
			return r
		}
		return -1
	}, text)
}

// ParseLooseAmount reads an amount as programs and people write it in tables: with a currency, with the sign before or
// behind or as parentheses, with D or C behind. mark is that of decimals in the column, 0 if nothing told.
func ParseLooseAmount(text, currency string, mark byte) (int64, error) {
	rest, negative := unsided(strings.ToUpper(strings.TrimSpace(text)))
	minus, err := readSign(rest)
	if err != nil {
		return 0, err
	}
	bare := bareAmount(rest)
	if bare == "" || strings.ContainsFunc(innards(rest), betweenNoDigits) {
		return 0, errors.New("is no amount")
	}
	if mark != 0 {
		bare = pointed(bare, mark)
	}
	minor, err := ParseAmount(bare, currency)
	if negative || minus {
		minor = -minor
	}
	return minor, err
}

// unsided takes parentheses and the letters of a side off an amount, and tells whether they make it negative.
func unsided(text string) (rest string, negative bool) {
	rest = text
	if strings.HasPrefix(rest, "(") && strings.HasSuffix(rest, ")") {
		negative, rest = true, rest[1:len(rest)-1]
	}
	for _, debit := range []string{"DR", "D", "S"} {
		if bare, ok := strings.CutSuffix(rest, debit); ok && endsInDigit(bare) {
			negative, rest = true, bare
			break
		}
	}
	for _, credit := range []string{"CR", "C", "H"} {
		if bare, ok := strings.CutSuffix(rest, credit); ok && endsInDigit(bare) {
			return bare, negative
		}
	}
	return rest, negative
}

// readSign tells whether an amount has a minus, and refuses what no amount has in it.
func readSign(text string) (minus bool, err error) {
	signs := 0
	for _, r := range text {
		switch {
		case r == '-' || r == '−' || r == '–':
			minus = true
			signs++
		case r == '+':
			signs++
		case unicode.IsDigit(r) && r > '9':
			return false, errors.New("the amount has digits of another script")
		case r >= '0' && r <= '9', r == '.', r == ',', r == '\'', r == '’', unicode.IsSpace(r), unicode.Is(unicode.Sc, r), unicode.IsLetter(r):
		default:
			return false, errors.New("is no amount")
		}
	}
	if signs > 1 {
		return false, errors.New("the amount has more than one sign")
	}
	return minus, nil
}

// pointed is an amount with a point for its decimals, and none for its thousands: three digits behind the known mark are
// decimals, behind the other thousands.
func pointed(bare string, mark byte) string {
	other := ","
	if mark == ',' {
		other = "."
	}
	bare = strings.ReplaceAll(strings.ReplaceAll(bare, other, ""), string(mark), ".")
	if whole, fraction, ok := strings.Cut(bare, "."); ok {
		bare = whole + "." + Unmistaken(fraction)
	}
	return bare
}

// innards is what stands from the first digit of an amount to its last.
func innards(text string) string {
	const digits = "0123456789"
	return text[strings.IndexAny(text, digits)+1 : strings.LastIndexAny(text, digits)+1]
}

// betweenNoDigits tells what makes two numbers of one, or a power of ten: 1E+05 is not 105.
func betweenNoDigits(r rune) bool {
	return unicode.IsLetter(r) || strings.ContainsRune("+-−–", r)
}

func endsInDigit(text string) bool {
	text = strings.TrimSpace(text)
	return text != "" && text[len(text)-1] >= '0' && text[len(text)-1] <= '9'
}

// Unmistaken keeps three decimals, where the mark is known, from being taken for thousands.
func Unmistaken(fraction string) string {
	if len(fraction) == 3 {
		return fraction + "0"
	}
	return fraction
}
