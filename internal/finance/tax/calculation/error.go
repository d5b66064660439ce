package calculation

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/money"
)

// The errors of a calculation.
var (
	ErrRange = fmt.Errorf("%w: an amount or total has more than %d minor units, or a number has more than %d digits",
		money.ErrRange, int64(money.MaxMinor), maxDigits)
	ErrPercent    = errors.New("a tax is below 0 %, or a discount is not between 0 % and 100 %")
	ErrDiscount   = errors.New("a discount exceeds the amount that it reduces, or is a percentage and an amount")
	ErrComponents = errors.New("a line has a component twice, or compound components have different orders, " +
		"or a line has too many components")
)

// Whole is the line of an Error that concerns the document as a whole.
const Whole = -1

// Error says which line of a document cannot be calculated, and why.
type Error struct {
	Line int // index, or Whole
	Err  error
}

// Error returns the text of the error.
func (e *Error) Error() string {
	if e.Line == Whole {
		return "document: " + e.Err.Error()
	}
	return fmt.Sprintf("line %d: %v", e.Line+1, e.Err)
}

// Unwrap returns the reason of the error.
func (e *Error) Unwrap() error { return e.Err }

// maxDigits bounds the exponent and the number of digits of a number. A decimal can hold a huge
// exponent in a few bytes, and computing with it would write out all of its zeros.
const maxDigits = 40

// maxComponents bounds the components of a line, so that their sum fits into an int64.
const maxComponents = 100

var hundred = decimal.NewFromInt(100)

// check checks what can be checked before the calculation.
func check(d Document) error {
	if d.Digits < 0 || d.Digits > money.MaxDigits {
		return &Error{Line: Whole, Err: ErrRange}
	}
	if err := d.Discount.check(); err != nil {
		return &Error{Line: Whole, Err: err}
	}
	for i, line := range d.Lines {
		if err := line.check(); err != nil {
			return &Error{Line: i, Err: err}
		}
	}
	return nil
}

func (l Line) check() error {
	if isTooLong(l.Quantity) || isTooLong(l.UnitPrice) {
		return ErrRange
	}
	if len(l.Components) > maxComponents {
		return ErrComponents
	}
	for k, component := range l.Components {
		if isTooLong(component.Percent) {
			return ErrRange
		}
		if component.Percent.IsNegative() {
			return ErrPercent
		}
		for _, other := range l.Components[:k] {
			if other.RateID == component.RateID {
				return ErrComponents
			}
		}
	}
	return l.Discount.check()
}

func (d Discount) check() error {
	switch {
	case isTooLong(d.Percent):
		return ErrRange
	case d.Percent.IsNegative() || d.Percent.GreaterThan(hundred):
		return ErrPercent
	case !d.Percent.IsZero() && d.Minor != 0:
		return ErrDiscount
	}
	return nil
}

// isTooLong reports whether a number has too many digits to compute with.
func isTooLong(d decimal.Decimal) bool {
	return d.Exponent() < -maxDigits || d.Exponent() > maxDigits || d.NumDigits() > maxDigits
}
