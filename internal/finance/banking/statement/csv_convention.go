package statement

import (
	"context"
	"errors"
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

// findDateOrder finds the order of dates. The order of a profile goes before that of the request, and both
// before what the dates show. The order that a bank is known for goes before an assumption.
func (r *csvReader) findDateOrder() error {
	told := r.options.DateOrder
	if r.layout.IsTold && r.layout.DateOrder != "" || r.found.Bank == "" && told == "" {
		told = r.layout.DateOrder
	}
	if r.found.DateOrder, r.found.DateOrderBasis = told, Told; told != "" {
		return nil
	}
	order, basis, err := detectDateOrder(r.cells(r.columns.at(DateColumn)), r.options.Today)
	if r.layout.DateOrder != "" && basis != Shown && !errors.Is(err, errBothOrders) {
		order, basis, err = r.layout.DateOrder, Known, nil
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAmbiguous, err)
	}
	r.found.DateOrder, r.found.DateOrderBasis = order, basis
	return nil
}

// layoutBasis returns the basis of what the layout sets.
func (r *csvReader) layoutBasis() Basis {
	if r.found.Bank != "" {
		return Known
	}
	return Told
}
