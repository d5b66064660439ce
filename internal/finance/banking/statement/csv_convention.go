package statement

import (
	"context"
	"fmt"

	"backoffice/internal/platform/sheet"
)

// findConventions finds the order of dates, the decimal mark and the signs that all rows share, unless the
// layout sets them.
func (r *csvReader) findConventions(context.Context) error {
	if err := r.findDateOrder(); err != nil {
		return err
	}
	var amounts []string
	for _, use := range []ColumnUse{AmountColumn, DebitColumn, CreditColumn, BalanceColumn} {
		amounts = append(amounts, r.cells(r.columns.at(use))...)
	}
	r.decimalMark = sheet.DetectDecimalMark(amounts)
	r.found.DecimalMarkBasis = Shown
	if r.layout.DecimalMark != "" {
		r.decimalMark, r.found.DecimalMarkBasis = r.layout.DecimalMark[0], r.layoutBasis()
	}
	if r.decimalMark != 0 {
		r.found.DecimalMark = string(rune(r.decimalMark))
	}
	return r.findSigns()
}

// findDateOrder finds the order of dates. An order of the request goes before that of a bank.
func (r *csvReader) findDateOrder() (err error) {
	r.found.DateOrder, r.found.DateOrderBasis = r.layout.DateOrder, r.layoutBasis()
	if r.options.DateOrder != "" && (!r.layout.IsTold || r.layout.DateOrder == "") {
		r.found.DateOrder, r.found.DateOrderBasis = r.options.DateOrder, Told
	}
	dates := r.cells(r.columns.at(DateColumn))
	if r.found.DateOrder == "" && len(dates) > 0 {
		r.found.DateOrder, r.found.DateOrderBasis, err = detectDateOrder(dates, r.options.Today)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAmbiguous, err)
	}
	return nil
}

// layoutBasis returns the basis of what the layout sets.
func (r *csvReader) layoutBasis() Basis {
	if r.found.Bank != "" {
		return Known
	}
	return Told
}
