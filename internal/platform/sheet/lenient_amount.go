package sheet

import (
	"errors"
	"strings"
	"unicode"

	"backoffice/internal/platform/money"
)

var errNotAnAmount = errors.New("is not an amount")

// DetectDecimalMark finds the decimal mark that the amounts of a column share, `.` or `,`. An
// amount shows it if its last mark cannot separate thousands, or if it has a different mark before
// that. DetectDecimalMark returns 0 if no amount shows it.
func DetectDecimalMark(amounts []string) byte {
	for _, text := range amounts {
		number := numberIn(text)
		last := strings.LastIndexAny(number, ".,")
		if last < 0 {
			continue
		}
		first := strings.IndexAny(number, ".,' ")
		single := first == last && (len(number)-last-1 != 3 || last == 0 || last > 3 || number[:last] == "0")
		if single || number[first] != number[last] {
			return number[last]
		}
	}
	return 0
}

// numberIn returns the digits and marks of an amount, from its first digit or decimal mark to its
// last one, with an apostrophe for every apostrophe and a space for every space.
func numberIn(text string) string {
	const numeric = "0123456789.,"
	from, to := strings.IndexAny(text, numeric), strings.LastIndexAny(text, numeric)
	if from < 0 {
		return ""
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '’' || r == '\'':
			return '\''
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, text[from:to+1])
}

// ParseLenientAmount parses an amount as programs and people write it in tables. It accepts the
// currency, a sign before or after the number, parentheses for a negative amount, and letters for
// the side, such as D or C, after the number. Thousands may be separated by points, commas,
// apostrophes or spaces. The mark is the decimal mark of the column, or 0 if it is unknown.
// ParseLenientAmount refuses an amount in another currency, and one whose decimal mark is not that
// of the column.
func ParseLenientAmount(text, currency string, mark byte) (int64, error) {
	rest, side := trimSide(strings.ToUpper(strings.TrimSpace(text)))
	rest = trimWholeDash(rest)
	minus, err := parseSign(rest)
	if err != nil {
		return 0, err
	}
	if minus && side == credit {
		return 0, errors.New("the amount has a minus sign, but is marked as a credit")
	}
	number := strings.TrimSuffix(strings.TrimRight(numberIn(rest), " '"), string(mark))
	if strings.Trim(number, ".,") == "" || strings.ContainsFunc(number, breaksNumber) {
		return 0, errNotAnAmount
	}
	if err := checkAmountCurrency(rest, currency); err != nil {
		return 0, err
	}
	if digits, _ := money.Digits(currency); mark == 0 && digits == 0 && isGrouped(strings.Split(number, ",")) {
		mark = '.' // the currency has no decimals, so the comma separates thousands
	}
	if mark != 0 || strings.ContainsAny(number, "' ") {
		if number, err = withDecimalPoint(number, mark); err != nil {
			return 0, err
		}
	}
	minor, err := ParseAmount(number, currency)
	if minus || side == debit {
		minor = -minor
	}
	return minor, err
}

// side is the side of an account that an amount is marked with.
type side int

const (
	unmarked side = iota
	debit
	credit
)

// trimSide removes parentheses and the letters of a side from an amount. Parentheses mean a debit.
// S and H are the German letters for debit and credit (Soll and Haben).
func trimSide(text string) (rest string, marked side) {
	rest = text
	if strings.HasPrefix(rest, "(") && strings.HasSuffix(rest, ")") {
		marked, rest = debit, rest[1:len(rest)-1]
	}
	for _, s := range []struct {
		letters string
		side    side
	}{{"DR", debit}, {"D", debit}, {"S", debit}, {"CR", credit}, {"C", credit}, {"H", credit}} {
		if plain, ok := strings.CutSuffix(rest, s.letters); ok && endsInDigit(plain) {
			if marked == debit && s.side == credit {
				return text, unmarked // contradictory, so not an amount
			}
			return plain, s.side
		}
	}
	return rest, marked
}

// trimWholeDash removes a dash in place of the decimals, as in "12.-" or "12,–". It is not a sign.
func trimWholeDash(text string) string {
	for _, dash := range []string{"—", "--", "–", "-"} {
		if plain, ok := strings.CutSuffix(text, dash); ok {
			if whole := strings.TrimRight(plain, ".,"); len(plain) == len(whole)+1 && endsInDigit(whole) {
				return whole
			}
		}
	}
	return text
}

// parseSign reports whether an amount has a minus sign. It refuses characters that cannot be part
// of an amount, and more than one sign.
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

// isAmountRune reports whether an amount may contain r: a digit, a decimal or thousands mark, a
// space, or a part of a currency.
func isAmountRune(r rune) bool {
	return r >= '0' && r <= '9' || strings.ContainsRune(".,'’", r) ||
		unicode.IsSpace(r) || unicode.Is(unicode.Sc, r) || unicode.IsLetter(r)
}

// withDecimalPoint writes a number with a point as its decimal mark and without thousands marks.
// mark is the decimal mark, or 0 if it is unknown and thousands are separated by an apostrophe or a
// space. Three digits after it are decimals. It refuses other marks that do not separate thousands.
func withDecimalPoint(number string, mark byte) (string, error) {
	at := strings.LastIndexByte(number, mark)
	if mark == 0 {
		at = strings.LastIndexAny(number, ".,")
	}
	whole, fraction := number, ""
	if at >= 0 {
		whole, fraction = number[:at], number[at+1:]
	}
	separator := strings.IndexAny(whole, ".,' ")
	if separator >= 0 {
		groups := strings.Split(whole, whole[separator:separator+1])
		if whole[separator] == mark || !isGrouped(groups) {
			return "", errors.New("the amount's marks differ from those of the other amounts, or are misplaced")
		}
		whole = strings.Join(groups, "")
	}
	if strings.Trim(fraction, "0123456789") != "" {
		return "", errors.New("the amount's marks are misplaced")
	}
	if at < 0 {
		return whole, nil
	}
	return whole + "." + PadThreeDecimals(fraction), nil
}

// isGrouped reports whether groups of digits are thousands, as in 1,234,567, or Indian lakhs and
// crores, as in 12,34,567.
func isGrouped(groups []string) bool {
	last := len(groups) - 1
	if last == 0 {
		return false
	}
	middle := len(groups[last-1])
	if last == 1 {
		middle = 3
	}
	for i, group := range groups {
		size := middle
		if i == last {
			size = 3
		}
		if strings.Trim(group, "0123456789") != "" || group == "" || len(group) > size || i > 0 && len(group) != size {
			return false
		}
	}
	return middle == 2 || middle == 3
}

// breaksNumber reports whether r between two digits makes text something other than one amount,
// such as two numbers or a power of ten.
func breaksNumber(r rune) bool {
	return !(r >= '0' && r <= '9' || strings.ContainsRune(".,' ", r))
}

func endsInDigit(text string) bool {
	text = strings.TrimSpace(text)
	return text != "" && text[len(text)-1] >= '0' && text[len(text)-1] <= '9'
}

// PadThreeDecimals appends a zero to a fraction of three digits, so that ParseAmount does not
// mistake them for thousands. Callers use it where the decimal mark is known.
func PadThreeDecimals(fraction string) string {
	if len(fraction) == 3 {
		return fraction + "0"
	}
	return fraction
}
