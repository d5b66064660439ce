package calculation

import (
	"math/big"

	"backoffice/internal/platform/money"
)

// of returns the discount on an amount, in minor units.
func (d Discount) of(amount int64) (int64, error) {
	if !d.Percent.IsZero() {
		return money.MulRate(amount, d.Percent.Shift(-2), 0)
	}
	if d.Minor > 0 && d.Minor > amount || d.Minor < 0 && d.Minor < amount {
		return 0, ErrDiscount
	}
	return d.Minor, nil
}

// spreadDiscount spreads the discount of the document over its lines. Each line gets its share in
// proportion to its amount; a negative line, such as a returned article, gets a negative share.
func (c *calculation) spreadDiscount() error {
	var sum int64
	for i := range c.result.Lines {
		sum += c.result.Lines[i].rest()
		if !allWithinRange(sum) {
			return &Error{Line: Whole, Err: ErrRange}
		}
	}
	total, err := c.Discount.of(sum)
	if err != nil {
		return &Error{Line: Whole, Err: err}
	}
	if total == 0 {
		return nil
	}
	share := big.NewRat(total, sum)
	exact := make([]*big.Rat, len(c.result.Lines))
	for i := range exact {
		exact[i] = new(big.Rat).Mul(share, new(big.Rat).SetInt64(c.result.Lines[i].rest()))
	}
	parts, err := apportion(exact)
	if err != nil {
		return &Error{Line: Whole, Err: err}
	}
	for i, part := range parts {
		c.result.Lines[i].DocumentDiscount = part
	}
	return nil
}

// rest returns the amount of a line minus its discounts.
func (l *LineResult) rest() int64 { return l.Amount - l.Discount - l.DocumentDiscount }
