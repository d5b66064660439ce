package csvfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/sheet"
)

// signs are the conventions of signs that all rows of a file share.
type signs struct {
	isSigned bool // a single amount column has negative amounts
	// outMinus and inMinus are true if most amounts of the debit and the credit column are negative.
	// The sign then only repeats the column.
	outMinus, inMinus bool
}

// hasMinus reports whether an amount is negative in one of the notations of
// sheet.ParseLenientAmount.
func hasMinus(text string) bool {
	minor, err := sheet.ParseLenientAmount(text, "USD", sheet.DetectDecimalMark([]string{text}))
	if err == nil {
		return minor < 0
	}
	return strings.ContainsAny(text, "-−–(") && strings.ContainsAny(text, "123456789")
}

// fewestAmounts is the number of amounts without a minus sign that are worth a warning.
const fewestAmounts = 3

// findSigns finds the conventions of signs. It fails if the charges of a card may be positive or
// negative.
func (r *reader) findSigns() error {
	amounts := r.cells(r.columns.at(AmountColumn))
	negative := countMinus(amounts)
	isMostlyMinus := func(use ColumnUse) bool {
		cells := r.cells(r.columns.at(use))
		return 2*countMinus(cells) > len(cells)
	}
	r.signs = signs{
		isSigned: negative > 0, outMinus: isMostlyMinus(DebitColumn), inMinus: isMostlyMinus(CreditColumn),
	}
	r.found.MoneyOutPositive, r.found.SignBasis = r.layout.MoneyOutPositive, r.layoutBasis()
	switch {
	case r.layout.IsTold || r.found.Bank != "":
	case !r.columns.has(AmountColumn) || r.columns.has(DirectionColumn):
		r.found.SignBasis = Shown
	case r.options.Card && 2*negative < len(amounts):
		return r.findCardSigns()
	default:
		r.found.SignBasis = Assumed
		if negative == 0 && len(amounts) >= fewestAmounts {
			r.warn("No amount in the file is negative. All are read as money in.")
		}
	}
	return nil
}

func countMinus(amounts []string) (n int) {
	for _, text := range amounts {
		if hasMinus(text) {
			n++
		}
	}
	return n
}

// paymentWords are words in the text of a payment to a card.
var paymentWords = []string{
	"payment received", "payment thank you", "payment - thank you", "autopay", "automatic payment", "online payment",
	"zahlung erhalten", "ihre zahlung", "lastschrifteinzug", "paiement reçu", "merci pour votre paiement", "pago recibido",
}

// findCardSigns finds the sign of charges on a card where most amounts are positive. Payments to
// the card show it. Without any, charges may be positive, or the amounts may be refunds.
func (r *reader) findCardSigns() error {
	var isPositive, isNegative bool // payments to the card
	for _, row := range r.rows {
		text := strings.ToLower(r.joinCells(row, DescriptionColumn, " ") + " " + row.Cell(r.columns.at(CounterpartyColumn)))
		if !slices.ContainsFunc(paymentWords, func(word string) bool { return strings.Contains(text, word) }) {
			continue
		}
		if hasMinus(row.Cell(r.columns.at(AmountColumn))) {
			isNegative = true
		} else {
			isPositive = true
		}
	}
	if isPositive == isNegative {
		return fmt.Errorf("%w: most amounts of the card are positive; set in a profile whether these are charges",
			statement.ErrAmbiguous)
	}
	r.found.MoneyOutPositive, r.found.SignBasis = isNegative, Shown
	if isNegative {
		r.warn("Positive amounts are read as charges, because payments to the card are negative.")
	}
	return nil
}

// readAmount returns a row's amount, from the amount column or from the debit and credit columns.
// It adds a problem for an amount that is not fully understood.
func (r *reader) readAmount(problems rowProblems, currency string) int64 {
	row := problems.row
	at := r.columns.at(AmountColumn)
	hasSides := r.columns.has(DebitColumn) || r.columns.has(CreditColumn)
	var amount int64
	var err error
	if at >= 0 && (row.Cell(at) != "" || !hasSides) {
		amount, err = r.parseAmount(row, at, currency)
		if err == nil {
			amount, err = r.applySign(row, amount)
		}
	} else {
		at = max(at, r.columns.at(DebitColumn), r.columns.at(CreditColumn))
		amount, err = r.readSides(row, currency)
	}
	if err != nil {
		problems.add(at, "amount", err.Error())
	}
	fee, err := r.readFee(row, currency)
	if err != nil {
		problems.add(r.columns.at(FeeColumn), "fee", err.Error())
	}
	if amount-fee > amount {
		problems.add(r.columns.at(FeeColumn), "fee", "the amount with its fee is too large")
	}
	return amount - fee
}

// readFee returns the fee that the bank charges on top of a row's amount.
func (r *reader) readFee(row sheet.Row, currency string) (int64, error) {
	at := r.columns.at(FeeColumn)
	if row.Cell(at) == "" {
		return 0, nil
	}
	fee, err := r.parseAmount(row, at, currency)
	return max(fee, -fee), err
}

// parseAmount parses the amount in a column.
func (r *reader) parseAmount(row sheet.Row, at int, currency string) (int64, error) {
	if at < len(row.Cells) && hasControl(row.Cells[at]) {
		return 0, errors.New("has characters that are no part of an amount")
	}
	return row.Amount(at, currency, r.decimalMark)
}

// applySign returns an amount with the sign that its row's direction gives it, or else its own.
func (r *reader) applySign(row sheet.Row, amount int64) (int64, error) {
	at := r.columns.at(DirectionColumn)
	if at < 0 {
		if r.found.MoneyOutPositive {
			return -amount, nil
		}
		return amount, nil
	}
	word := row.Cell(at)
	isOut, known := r.direction[normalizeWord(word)]
	name := sheet.Excerpt(sheet.CleanText(r.header.names[at]))
	switch {
	case !known || word == "":
		return 0, fmt.Errorf("the column %q does not say whether money goes out or comes in: %q", name, sheet.Excerpt(word))
	case r.signs.isSigned && (amount < 0) != isOut && amount != 0:
		return 0, fmt.Errorf("the sign contradicts the column %q: %q", name, sheet.Excerpt(word))
	case isOut:
		return min(amount, -amount), nil
	}
	return amount, nil
}

// readSides returns a row's amount from its debit and credit columns.
func (r *reader) readSides(row sheet.Row, currency string) (int64, error) {
	out, err := r.readSide(row, r.columns.at(DebitColumn), currency, r.signs.outMinus)
	if err != nil {
		return 0, err
	}
	in, err := r.readSide(row, r.columns.at(CreditColumn), currency, r.signs.inMinus)
	switch {
	case err != nil:
		return 0, err
	case row.Cell(r.columns.at(DebitColumn)) == "" && row.Cell(r.columns.at(CreditColumn)) == "":
		return 0, errors.New("the row has no amount")
	case out != 0 && in != 0:
		return 0, errors.New("the row has both a debit and a credit amount")
	}
	return in - out, nil
}

// readSide returns the amount without its sign in the debit or the credit column. An amount with
// another sign than most in the column may be a reversal, or not.
func (r *reader) readSide(row sheet.Row, at int, currency string, isMinus bool) (int64, error) {
	if row.Cell(at) == "" {
		return 0, nil
	}
	amount, err := r.parseAmount(row, at, currency)
	if err == nil && amount != 0 && (amount < 0) != isMinus {
		err = errors.New("the sign differs from those of the other amounts in the column")
	}
	return max(amount, -amount), err
}
