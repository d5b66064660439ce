package trial

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"backoffice/internal/platform/sheet"
)

// sides are a row's debit and credit; blank says that it has neither.
func (r *reader) sides(row sheet.Row) (debit, credit int64, blank bool, err error) {
	if r.columns.balance >= 0 {
		if nothing(row.Cell(r.columns.balance)) {
			return 0, 0, true, nil
		}
		minor, err := r.signed(row, r.columns.balance, r.currency)
		return max(minor, 0), max(-minor, 0), false, err
	}
	empty := 0
	for _, side := range []struct {
		at   int
		into *int64
	}{{r.columns.debit, &debit}, {r.columns.credit, &credit}} {
		if nothing(row.Cell(side.at)) {
			empty++
			continue
		}
		minor, failed := row.Amount(side.at, r.currency, r.mark)
		*side.into, err = minor, errors.Join(err, failed)
	}
	if debit != 0 && credit != 0 && err == nil && !isTotal(row.Cell(r.columns.code), row.Cell(r.columns.name)) {
		err = errors.New("has a debit and a credit")
	}
	return debit, credit, empty == 2, err
}

// signed reads a balance: credits are negative, or say so. D and C, or S and H, mean to an
// account what they do not mean to a bank's customer.
func (r *reader) signed(row sheet.Row, at int, currency string) (int64, error) {
	minor, err := row.Amount(at, currency, r.mark)
	letters := strings.ToUpper(row.Cell(at))
	letters = letters[strings.LastIndexFunc(letters, func(l rune) bool { return !unicode.IsLetter(l) })+1:]
	if slices.Contains([]string{"D", "DR", "S", "C", "CR", "H"}, letters) {
		minor = -minor
	}
	return minor, err
}

// nothing tells whether a cell has no amount: bookkeepers write a dash for none.
func nothing(text string) bool { return strings.Trim(text, "-–— ") == "" }
