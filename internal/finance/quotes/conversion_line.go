package quotes

import (
	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/tax/calculation"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// priceDigits is the maximum number of decimal places of a unit price.
const priceDigits = 6

// copyLines copies all lines and discounts of a quote to an invoice, which then has the same
// amounts, and adds them to what is billed.
func copyLines(i *pb.Invoice, q *pb.Quote, billed map[string]billedLine) error {
	i.DiscountPercent, i.DiscountAmount = q.DiscountPercent, q.DiscountAmount
	for _, l := range q.Lines {
		i.Lines = append(i.Lines, newLine(l))
		divided, err := lineOfQuote{q, l}.divide(billedLine{})
		if err != nil {
			return err
		}
		billed[l.Id] = billedLine{minor: divided.Whole, quantity: divided.Quantity, lines: 1}
	}
	return nil
}

// newLine returns a line of an invoice like a line of a quote, which is its source.
func newLine(from *pb.DocumentLine) *pb.DocumentLine {
	l := proto.CloneOf(from)
	l.Id, l.SourceIds = "", []string{from.Id}
	return l
}

// take returns the line of an invoice that bills a part of the line, and adds it to what is billed.
// It returns nil if nothing is left.
func (l lineOfQuote) take(billed map[string]billedLine, c *pb.ConvertQuoteRequest_Line) (*pb.DocumentLine, error) {
	before := billed[l.line.Id]
	divided, err := l.divide(before)
	if err != nil {
		return nil, err
	}
	var part int64
	var taken string
	switch {
	case c.Percent != "" && (c.Quantity != "" || c.Amount != nil):
		return nil, fault.Invalid(fault.At("percent", "cannot be combined with quantity or amount"))
	case c.Percent != "":
		part, taken, err = divided.TakePercent(c.Percent)
	default:
		part, taken, err = divided.Take(c.Quantity, c.Amount)
	}
	if err != nil || isUsedUp(divided) {
		return nil, err
	}
	quantity, err := decimal.NewFromString(taken)
	if err != nil || quantity.IsZero() && part == 0 {
		return nil, err
	}
	if quantity.IsZero() { // too little of a large line, or the rest of one whose quantity is used up
		quantity = decimal.New(int64(divided.LeftQuantity.Sign()), -priceDigits)
	}
	out := l.billing(part, quantity)
	if quantity, err = decimal.NewFromString(out.Quantity); err != nil {
		return nil, err
	}
	billed[l.line.Id] = billedLine{minor: before.minor + part, quantity: before.quantity.Add(quantity),
		lines: before.lines + 1}
	return out, nil
}

// isUsedUp reports whether nothing is left of a line. A line over an amount is used up when all of
// it is billed, whatever its quantity.
func isUsedUp(d invoicing.DividedLine) bool {
	return d.Left == 0 && (d.Whole != 0 || d.LeftQuantity.IsZero())
}

// billing returns a line of an invoice over exactly an amount. It has the quantity, and the price
// of the line of the quote less a discount. If rounding makes the price too low, it is raised.
func (l lineOfQuote) billing(part int64, quantity decimal.Decimal) *pb.DocumentLine {
	out := newLine(l.line)
	if quantity.IsZero() {
		out.DiscountPercent, out.DiscountAmount = "", nil
		out.Quantity, out.UnitPrice = "1", money.Format(part, l.quote.CurrencyCode)
		return out
	}
	out.Quantity = quantity.String()
	if l.amountOf(out) == part {
		return out
	}
	out.DiscountPercent, out.DiscountAmount = "", nil
	if l.discount(out, part) {
		return out
	}
	whole := decimal.RequireFromString(money.Format(part, l.quote.CurrencyCode))
	out.UnitPrice = whole.DivRound(quantity, 2*priceDigits).RoundUp(priceDigits).String()
	l.discount(out, part)
	return out
}

// discount sets the discount with which a line has an amount. It returns false if the line is
// already below the amount.
func (l lineOfQuote) discount(line *pb.DocumentLine, part int64) bool {
	full := l.amountOf(line)
	if by := full - part; by != 0 {
		if full == 0 || (by < 0) != (full < 0) {
			return false
		}
		line.DiscountAmount = money.ToProto(by, l.quote.CurrencyCode)
	}
	return true
}

// amountOf returns the amount of a line in minor units. A line that cannot be calculated has none,
// and none is ever asked for: the price and the quantity come from a line that was stored.
func (l lineOfQuote) amountOf(line *pb.DocumentLine) int64 {
	digits, _ := money.Digits(l.quote.CurrencyCode)
	in := calculation.Line{Quantity: decimal.RequireFromString(line.Quantity),
		UnitPrice: decimal.RequireFromString(line.UnitPrice)}
	if line.DiscountPercent != "" {
		in.Discount.Percent = decimal.RequireFromString(line.DiscountPercent)
	}
	if line.DiscountAmount != nil {
		in.Discount.Minor, _ = money.Parse(line.DiscountAmount.Amount, l.quote.CurrencyCode)
	}
	result, err := calculation.Calculate(calculation.Document{Digits: digits, Mode: calculation.NoTax,
		Lines: []calculation.Line{in}})
	if err != nil {
		return 0
	}
	return result.Net
}
