package csvfile

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/sheet"
)

// cells returns the texts in a column that are not empty.
func (r *reader) cells(at int) (cells []string) {
	for _, row := range r.rows {
		if text := row.Cell(at); text != "" {
			cells = append(cells, text)
		}
	}
	return cells
}

// findContent completes the columns by their cells: it finds those of the direction and the status,
// drops a currency column without currencies, and takes the rest of the text as details.
func (r *reader) findContent(context.Context) error {
	if err := r.checkDuplicateNames(); err != nil {
		return err
	}
	isTold := func(use ColumnUse) bool { return len(r.layout.Columns[use]) > 0 && r.columns.has(use) }
	if !isTold(CurrencyColumn) && slices.ContainsFunc(r.cells(r.columns.at(CurrencyColumn)), isNoCurrency) {
		r.columns[CurrencyColumn] = nil
	}
	if !isTold(StatusColumn) {
		r.columns[StatusColumn] = r.findStatus()
	}
	r.status = newVocabulary(
		[][]string{bookedWords, r.layout.BookedWords}, [][]string{leftOutWords, r.layout.LeftOutWords})
	if !isTold(DirectionColumn) {
		r.columns[DirectionColumn] = r.findDirection()
	}
	r.direction = r.directionWords(r.columns.at(DirectionColumn), isTold(DirectionColumn))
	if !isTold(AccountColumn) {
		r.columns[AccountColumn] = r.findAccount()
	}
	for at := range r.header.names {
		if len(r.columns.uses(at)) == 0 && slices.ContainsFunc(r.cells(at), isDetail) {
			r.columns[DetailColumn] = append(r.columns[DetailColumn], at)
		}
	}
	if _, currency := splitCurrency(r.header.name(r.columns.at(AmountColumn))); currency != "" {
		r.useCurrency(currency)
	}
	return nil
}

// useCurrency takes the currency code that the amount column's name gives, unless the rows give
// theirs.
func (r *reader) useCurrency(mark string) {
	if _, isCode := money.Digits(mark); isCode && !r.columns.has(CurrencyColumn) {
		r.currency = mark
	}
}

// checkDuplicateNames refuses a file in which a date or an amount is in several columns of one name
// and with different cells. Only a person can say which one counts.
func (r *reader) checkDuplicateNames() error {
	for use := DateColumn; use <= BalanceColumn; use++ {
		at := r.columns.at(use)
		others := r.header.duplicates(at)
		if len(others) == 0 || len(r.layout.Columns[use]) > 0 && sheet.IsDigits(r.layout.Columns[use][0]) {
			continue
		}
		name := sheet.Excerpt(sheet.CleanText(r.header.names[at]))
		isEssential := use <= CreditColumn || use == BalanceColumn
		if isEssential && slices.ContainsFunc(others, func(o int) bool { return !slices.Equal(r.cells(at), r.cells(o)) }) {
			return fmt.Errorf("%w: it has %d columns %q; set the column by its number in a profile",
				statement.ErrAmbiguous, len(others)+1, name)
		}
		r.warn("The file has %d columns %q. The first one is read.", len(others)+1, name)
	}
	return nil
}

// name returns the name of the column with an index, or "".
func (h *header) name(at int) string {
	if at < 0 {
		return ""
	}
	return h.names[at]
}

// warn adds a warning to the file.
func (r *reader) warn(format string, args ...any) {
	r.file.Warnings = append(r.file.Warnings, fmt.Sprintf(format, args...))
}

// findStatus returns the column that says which rows are booked: one with a known name and any
// words, or one with known words only.
func (r *reader) findStatus() []int {
	if r.columns.has(StatusColumn) && len(r.cells(r.columns.at(StatusColumn))) > 0 {
		return r.columns[StatusColumn]
	}
	for at := range r.header.names {
		if !r.isFree(at) {
			continue
		}
		if _, leftOut, unknown := statusWords.counts(r.cells(at)); leftOut > 0 && unknown == 0 {
			return []int{at}
		}
	}
	return nil
}

// isFree reports whether a column has no use, or one that does not rule out another.
func (r *reader) isFree(at int) bool {
	for _, use := range r.columns.uses(at) {
		if use != KindColumn && use != DirectionColumn && use != DetailColumn {
			return false
		}
	}
	return true
}

// findDirection returns the column that says whether money goes out or comes in: one with known
// words only, or, if no amount has a sign, one with a known word or a known name.
func (r *reader) findDirection() []int {
	if !r.columns.has(AmountColumn) {
		return nil
	}
	hasSign := slices.ContainsFunc(r.cells(r.columns.at(AmountColumn)), hasMinus)
	best := -1
	for at := range r.header.names {
		if !r.isFree(at) {
			continue
		}
		out, in, unknown := r.directionWords(at, false).counts(r.cells(at))
		if out+in == 0 || unknown > 0 && (hasSign || out == 0) {
			continue
		}
		if best < 0 || slices.Contains(r.columns[DirectionColumn], at) {
			best = at
		}
	}
	if best >= 0 {
		return []int{best}
	}
	return nil
}

// directionWords returns the words of a direction column. Single letters count if the column is
// named like a direction column, or shows letters of both sides and nothing else.
func (r *reader) directionWords(at int, isTold bool) vocabulary {
	out, in, unknown := directionLetters.counts(r.cells(at))
	isNamed := slices.Contains(knownColumnNames[DirectionColumn], sheet.NormalizeName(r.header.name(at)))
	hasLetters := isTold || isNamed || out > 0 && in > 0 && unknown == 0
	if len(r.layout.MoneyOutWords)+len(r.layout.MoneyInWords) == 0 {
		if hasLetters {
			return directionWordsAndLetters
		}
		return directionWords
	}
	outs, ins := [][]string{moneyOutWords}, [][]string{moneyInWords}
	if hasLetters {
		outs, ins = append(outs, moneyOutLetters), append(ins, moneyInLetters)
	}
	return newVocabulary(append(outs, r.layout.MoneyOutWords), append(ins, r.layout.MoneyInWords))
}

// isNoCurrency reports whether a cell is something other than a currency.
func isNoCurrency(cell string) bool { return !sheet.IsCurrency(cell) }

// isDetail reports whether a cell is text or a number that identifies something, and not a date, an
// amount or a currency.
func isDetail(cell string) bool {
	if datetext.IsDate(cell) || sheet.IsCurrency(cell) {
		return false
	}
	const shortestNumber = 6
	hasLetter := strings.ContainsFunc(cell, unicode.IsLetter)
	return hasLetter || len(cell) >= shortestNumber && sheet.IsDigits(cell)
}

// isLetterOrDigit reports whether text begins with a letter or a digit.
func isLetterOrDigit(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) == 0
}
