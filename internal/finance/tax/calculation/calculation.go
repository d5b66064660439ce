// Package calculation computes the taxes and totals of a document from its lines: of an invoice, a
// credit note, a quote or a bill. It is pure: the same document always has the same result,
// whoever asks for it. Previews, stored documents, PDFs, journal entries and reports all use it.
//
// It guarantees that net + tax = gross for each line and for the document, and that the figures of
// the lines add up to those of the document. Which rates are valid on which day, and to which
// accounts taxes are posted, is left to package tax.
package calculation

import (
	"math/big"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/money"
)

// Mode says whether the prices of a document include its taxes.
type Mode int

// The modes of a document.
const (
	Exclusive Mode = iota // prices are without tax; taxes are added
	Inclusive             // prices contain the charged taxes; totals never change
	NoTax                 // nothing is taxed; components are ignored
)

// Rounding says which figure is rounded to whole minor units, half away from zero.
type Rounding int

// The ways of rounding taxes.
const (
	PerLine         Rounding = iota // each component of each line
	PerDocumentRate                 // each component once, over all lines of the document
)

// Effect says what a component does to the amounts of a document.
type Effect int

// The effects of a component.
const (
	Charged       Effect = iota // the customer pays it: part of gross
	ReverseCharge               // reported with its base and amount, but not charged
	Withheld                    // the payer keeps it back: less is payable, gross stays the same
)

// Component is one tax of a line, such as 5 % GST.
type Component struct {
	RateID  string          // identifies the component; amounts are added up and rounded by it
	Percent decimal.Decimal // 8.25 for 8.25 %
	// Compound is true if the component is computed on net plus the charged components before it in
	// the line. A compound reverse charge also includes the reverse charges before it.
	Compound bool
	Effect   Effect
}

// Discount reduces an amount by a percentage or by minor units. At most one of them is set.
type Discount struct {
	Percent decimal.Decimal // 10 for 10 %, from 0 to 100
	Minor   int64           // has the sign of the amount that it reduces, and is at most that amount
}

// Line is one line of a document.
type Line struct {
	Quantity, UnitPrice decimal.Decimal // the price is in whole units of the currency, such as 379.00
	Discount            Discount
	Components          []Component // no two with the same RateID
}

// Document is what is calculated.
type Document struct {
	Digits   int // digits of the currency after the point, 2 for USD
	Mode     Mode
	Rounding Rounding
	Lines    []Line
	// Discount reduces the sum of the lines after their own discounts. It is spread over them in
	// proportion to their amounts, by largest remainder.
	Discount Discount
}

// Tax is the amount of one component and the base from which it is computed, in minor units.
type Tax struct {
	RateID      string
	Base, Minor int64
}

// LineResult has the figures of one line, in minor units.
type LineResult struct {
	Amount           int64 // quantity × price, rounded; contains the taxes if prices do
	Discount         int64 // of the line
	DocumentDiscount int64 // share of the document's discount
	Net              int64 // amount minus discounts, without tax
	Tax              int64 // sum of the charged components
	Gross            int64 // net + tax
	Withheld         int64 // sum of the withheld components
	Taxes            []Tax // one for each component of the line
}

// Result has the figures of a document, in minor units.
type Result struct {
	Lines                     []LineResult // one for each line of the document
	Taxes                     []Tax        // by RateID, sorted by their first use
	Net, Tax, Gross, Withheld int64        // sums of the lines
}

// Calculate returns the figures of a document. The error is an *Error, which names the line. It
// wraps ErrRange if an amount or total exceeds money.MaxMinor, ErrPercent, ErrDiscount or
// ErrComponents.
func Calculate(d Document) (Result, error) {
	if err := check(d); err != nil {
		return Result{}, err
	}
	c := &calculation{Document: d, result: Result{Lines: make([]LineResult, len(d.Lines))}}
	for _, step := range []func() error{c.computeAmounts, c.spreadDiscount, c.computeTaxes, c.addUp} {
		if err := step(); err != nil {
			return Result{}, err
		}
	}
	return c.result, nil
}

// calculation is a document and what is known of its result.
type calculation struct {
	Document
	result Result
	// shares are the shares of the components in the prices of the lines, if these include taxes.
	shares [][]*big.Rat
}

// computeAmounts computes the amount and the discount of each line.
func (c *calculation) computeAmounts() error {
	for i, line := range c.Lines {
		amount, err := minorUnits(line.Quantity.Mul(line.UnitPrice), c.Digits)
		if err != nil {
			return &Error{Line: i, Err: err}
		}
		discount, err := line.Discount.of(amount)
		if err != nil {
			return &Error{Line: i, Err: err}
		}
		c.result.Lines[i] = LineResult{Amount: amount, Discount: discount}
	}
	return nil
}

// addUp adds up the lines.
func (c *calculation) addUp() error {
	r := &c.result
	at := map[string]int{}
	for i := range r.Lines {
		line := &r.Lines[i]
		r.Net, r.Tax, r.Gross, r.Withheld = r.Net+line.Net, r.Tax+line.Tax, r.Gross+line.Gross, r.Withheld+line.Withheld
		fits := allWithinRange(line.Net, line.Tax, line.Gross, line.Withheld)
		for _, tax := range line.Taxes {
			k, known := at[tax.RateID]
			if !known {
				k = len(r.Taxes)
				at[tax.RateID] = k
				r.Taxes = append(r.Taxes, Tax{RateID: tax.RateID})
			}
			r.Taxes[k].Base += tax.Base
			r.Taxes[k].Minor += tax.Minor
			fits = fits && allWithinRange(tax.Base, r.Taxes[k].Base, r.Taxes[k].Minor)
		}
		if !fits {
			return &Error{Line: i, Err: ErrRange}
		}
		if !allWithinRange(r.Net, r.Tax, r.Gross, r.Withheld) {
			return &Error{Line: Whole, Err: ErrRange}
		}
	}
	return nil
}

// allWithinRange reports whether no amount exceeds money.MaxMinor.
func allWithinRange(amounts ...int64) bool {
	for _, minor := range amounts {
		if minor > money.MaxMinor || minor < -money.MaxMinor {
			return false
		}
	}
	return true
}
