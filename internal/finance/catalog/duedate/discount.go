package duedate

import (
	"github.com/shopspring/decimal"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// Treatment says from what a discount is computed, and what it reduces.
type Treatment int

const (
	// NetAndTax computes the discount from the total including tax. It reduces the net amount and the
	// tax in proportion, because the consideration is smaller (EU VAT Directive, article 90).
	NetAndTax Treatment = iota
	// NetOnly computes the discount from the total including tax. It reduces the net amount only,
	// and the tax stays as charged.
	NetOnly
	// OnNet computes the discount from the net amount. It is taken from the total, and the tax stays
	// as charged.
	OnNet
)

// Discount is what a customer who pays early may deduct: 2 percent within 10 days.
type Discount struct {
	Percent decimal.Decimal // 2 for 2 %, below 100
	// Days after the date of the document until which it is granted.
	Days      int
	Treatment Treatment
}

// Amount is the total of a document in minor units, or a part of it, divided into net and tax. A
// credit note has negative amounts.
type Amount struct{ Net, Tax int64 }

// Gross returns the amount including tax.
func (a Amount) Gross() int64 { return a.Net + a.Tax }

func (a Amount) negated() Amount { return Amount{-a.Net, -a.Tax} }

// LastDate returns the last day on which the discount is granted, with a number of days of grace.
func (d Discount) LastDate(document calendar.Date, grace int) calendar.Date {
	return document.AddDays(d.Days + grace)
}

// Full returns what may be deducted if the whole document is paid in time.
func (d Discount) Full(document Amount) Amount {
	if document.Gross() < 0 {
		return d.Full(document.negated()).negated()
	}
	share := d.Percent.Shift(-2)
	switch d.Treatment {
	case NetOnly:
		return Amount{Net: multiply(document.Gross(), share)}
	case OnNet:
		return Amount{Net: multiply(document.Net, share)}
	}
	return divide(multiply(document.Gross(), share), document)
}

// Earned returns what may be deducted for a payment on a day. A payment of the total less the full
// discount, or more, earns the full discount. A smaller payment earns the discount in proportion:
// with 2 percent, 98.00 pay for 100.00. A payment after the last day earns nothing.
func (d Discount) Earned(document Amount, paid int64, issued, payment calendar.Date, grace int) Amount {
	if payment.After(d.LastDate(issued, grace)) {
		return Amount{}
	}
	if document.Gross() < 0 {
		return d.Earned(document.negated(), -paid, issued, payment, grace).negated()
	}
	full := d.Full(document)
	payable := document.Gross() - full.Gross()
	switch {
	case paid <= 0:
		return Amount{}
	case paid >= payable:
		return full
	}
	earned := decimal.NewFromInt(full.Gross()).Mul(decimal.NewFromInt(paid)).DivRound(decimal.NewFromInt(payable), 0)
	return divide(earned.IntPart(), full)
}

// multiply multiplies minor units by a share of at most 1 and rounds half away from zero.
func multiply(minor int64, share decimal.Decimal) int64 {
	return decimal.NewFromInt(minor).Mul(share).Round(0).IntPart()
}

// divide divides a total into net and tax in the proportion of another amount.
func divide(total int64, like Amount) Amount {
	parts := money.Allocate(total, []int64{like.Net, like.Tax})
	return Amount{Net: parts[0], Tax: parts[1]}
}
