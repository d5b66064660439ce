// Package duedate calculates on which days the amount of a document is due, and what a customer who
// pays early may deduct. It knows dates and minor units only and reads no records. Parts always add
// up to their whole, and no amount is due before the date of its document. The callers decide which
// term a document has, how many days of grace they grant, and where a deduction is posted.
package duedate

import (
	"github.com/shopspring/decimal"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// PercentDigits is the largest number of digits after the point that a percentage may have.
const PercentDigits = 4

// Installment is a share of the amount and the rule that says when it is due.
type Installment struct {
	Percent decimal.Decimal // 30 for 30 %
	Due     Rule
}

// Term says when the amount of a document is due.
type Term struct {
	// Due applies to the whole amount. It is ignored if there are installments.
	Due Rule
	// Installments add up to 100 percent.
	Installments []Installment
	// Discount is granted for early payment of the whole amount. Its percentage is zero if there is
	// none.
	Discount Discount
}

// Part is a part of the amount that is due on one day.
type Part struct {
	Due     calendar.Date
	Percent decimal.Decimal
	Minor   int64
}

// Parts divides an amount in minor units into what is due on each day. There is one part for each
// installment of the term, or a single part of 100 percent. What the percentages leave over by
// rounding goes to the parts with the largest remainders.
func (t Term) Parts(document calendar.Date, minor int64) []Part {
	if len(t.Installments) == 0 {
		return []Part{{Due: t.Due.Date(document), Percent: decimal.NewFromInt(100), Minor: minor}}
	}
	weights := make([]int64, len(t.Installments))
	for i, installment := range t.Installments {
		weights[i] = installment.Percent.Shift(PercentDigits).IntPart()
	}
	parts := make([]Part, len(t.Installments))
	for i, share := range money.Allocate(minor, weights) {
		installment := t.Installments[i]
		parts[i] = Part{Due: installment.Due.Date(document), Percent: installment.Percent, Minor: share}
	}
	return parts
}

// LastDate returns the day on which the last part of the amount is due.
func (t Term) LastDate(document calendar.Date) calendar.Date {
	last := document
	for _, part := range t.Parts(document, 0) {
		last = calendar.Later(last, part.Due)
	}
	return last
}
