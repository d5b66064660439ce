package invoicing

import (
	"github.com/shopspring/decimal"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// DividedLine is a line of a document of which other documents take parts: credit notes of the line
// of an invoice, invoices of the line of a quote.
type DividedLine struct {
	Currency string
	// Whole is the amount of the line, and Left what is left of it, in minor units.
	Whole, Left int64
	// Quantity is the quantity of the line, and LeftQuantity what is left of it.
	Quantity, LeftQuantity decimal.Decimal
	// Parts is the number of parts that were taken. Each may have rounded its quantity.
	Parts int
	// Exceeded is the reason with which more than is left is refused.
	Exceeded optionsv1.Reason
}

// Take returns the amount and the quantity of a part, which is given by its quantity or its amount.
// Without both it is all that is left. The part with the last of the quantity takes the rest of the
// amount. Take refuses more than is left.
func (d DividedLine) Take(quantity string, amount *typepb.Money) (part int64, taken string, err error) {
	switch {
	case quantity != "" && amount != nil:
		return 0, quantity, fault.Invalid(fault.At("amount", "cannot be combined with quantity"))
	case amount != nil:
		return d.takeAmount(amount)
	case quantity == "":
		return d.Left, d.LeftQuantity.String(), nil
	}
	share, err := readDecimal("quantity", quantity, priceDigits)
	if err != nil {
		return 0, quantity, err
	}
	if share.Sign() != d.Quantity.Sign() || share.Abs().GreaterThan(d.LeftQuantity.Abs()) {
		return 0, quantity, fault.InvalidFor(d.Exceeded, fault.At("quantity",
			"is %s, but %s of the line is left", quantity, d.LeftQuantity))
	}
	return d.amountOf(share), quantity, nil
}

// TakePercent returns the amount and the quantity of a part in percent of the line. The part with
// the last of the quantity takes the rest. TakePercent refuses more than is left.
func (d DividedLine) TakePercent(percent string) (part int64, taken string, err error) {
	share, err := readDecimal("percent", percent, percentDigits)
	if err != nil || !share.IsPositive() || share.GreaterThan(hundred) {
		return 0, "", fault.Invalid(fault.At("percent", "must be greater than 0 and at most 100, such as 33.3"))
	}
	quantity := d.Quantity.Mul(share).DivRound(hundred, priceDigits)
	over := quantity.Abs().Sub(d.LeftQuantity.Abs())
	// Half a unit of the last place for each part, and for this one.
	tolerance := decimal.New(int64(d.Parts)+1, -priceDigits).Div(decimal.NewFromInt(2))
	switch {
	case over.Abs().LessThanOrEqual(tolerance):
		return d.Left, d.LeftQuantity.String(), nil
	case over.IsPositive():
		return 0, "", fault.InvalidFor(d.Exceeded, fault.At("percent",
			"is %s, but %s of %s of the line is left", percent, d.LeftQuantity, d.Quantity))
	}
	return within(decimal.NewFromInt(d.Whole).Mul(share).DivRound(hundred, 0).IntPart(), d.Left), quantity.String(), nil
}

var hundred = decimal.NewFromInt(100)

// amountOf returns the amount of a part of the quantity.
func (d DividedLine) amountOf(share decimal.Decimal) int64 {
	if share.Equal(d.LeftQuantity) {
		return d.Left
	}
	return within(decimal.NewFromInt(d.Whole).Mul(share).DivRound(d.Quantity, 0).IntPart(), d.Left)
}

// takeAmount returns the part that an amount states, with the quantity in proportion.
func (d DividedLine) takeAmount(amount *typepb.Money) (part int64, taken string, err error) {
	setIfEmpty(&amount.CurrencyCode, d.Currency)
	part, err = money.Parse(amount.Amount, d.Currency)
	switch {
	case amount.CurrencyCode != d.Currency:
		return 0, "", fault.Invalid(fault.At("amount.currencyCode", "must be %s", d.Currency))
	case err != nil:
		return 0, "", fault.Invalid(fault.At("amount.amount", "%s", err))
	case part == 0 || (part < 0) != (d.Left < 0) || within(part, d.Left) != part:
		return 0, "", fault.InvalidFor(d.Exceeded, fault.At("amount",
			"is %s, but %s %s of the line is left", amount.Amount, money.Format(d.Left, d.Currency), d.Currency))
	}
	share := d.Quantity.Mul(decimal.NewFromInt(part)).DivRound(decimal.NewFromInt(d.Whole), priceDigits)
	if part == d.Left || share.Abs().GreaterThan(d.LeftQuantity.Abs()) {
		share = d.LeftQuantity
	}
	return part, share.String(), nil
}

// within returns an amount limited to another one of the same sign.
func within(part, left int64) int64 {
	if left < 0 {
		return max(part, left)
	}
	return min(part, left)
}
