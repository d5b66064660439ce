package trial

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"backoffice/internal/platform/sheet"
)

// debitAndCredit returns the debit and the credit of a row. blank is true if it has neither.
func (r *reader) debitAndCredit(row sheet.Row) (debit, credit int64, blank bool, err error) {
	if r.columns.balance >= 0 {
		if isEmptyAmount(row.Cell(r.columns.balance)) {
			return 0, 0, true, nil
		}
		minor, err := r.signedAmount(row, r.columns.balance, r.currency)
		return max(minor, 0), max(-minor, 0), false, err
	}
	empty := 0
	for _, side := range []struct {
		at   int
		into *int64
	}{{r.columns.debit, &debit}, {r.columns.credit, &credit}} {
		if isEmptyAmount(row.Cell(side.at)) {
			empty++
			continue
		}
		minor, failed := row.Amount(side.at, r.currency, r.decimalMark)
		*side.into, err = minor, errors.Join(err, failed)
	}
	if debit != 0 && credit != 0 && err == nil && !isTotal(row.Cell(r.columns.code), row.Cell(r.columns.name)) {
		err = errors.New("has a debit and a credit")
	}
	return debit, credit, empty == 2, err
}

// signedAmount reads a signed balance: credits are negative or marked by letters. D and C (S
// and H in German) have the opposite meaning of those on a bank statement.
func (r *reader) signedAmount(row sheet.Row, at int, currency string) (int64, error) {
	minor, err := row.Amount(at, currency, r.decimalMark)
	letters := strings.ToUpper(row.Cell(at))
	letters = letters[strings.LastIndexFunc(letters, func(l rune) bool { return !unicode.IsLetter(l) })+1:]
	if slices.Contains([]string{"D", "DR", "S", "C", "CR", "H"}, letters) {
		minor = -minor
	}
	return minor, err
}

// isEmptyAmount reports whether a cell has no amount. Bookkeepers write a dash for an empty
// amount.
func isEmptyAmount(text string) bool { return strings.Trim(text, "-–— ") == "" }
