package profitability

import (
	"context"
	"math/big"

	"github.com/google/uuid"

	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
)

// Hooks let the domain of people say what persons are paid.
type Hooks struct {
	// ReadPay returns what persons are paid on the days from start to end.
	ReadPay func(ctx context.Context, tx *db.Tx, start, end string) ([]Pay, error)
	// MayReadPay reports whether the caller may read what everyone is paid. nil means that the
	// permission to read cost rates is enough.
	MayReadPay func(c *call.Call) bool
}

// Pay is what a person is paid from StartDate to EndDate, which is "" if it continues.
type Pay struct {
	ID                 string
	PersonID           uuid.UUID
	StartDate, EndDate string
	Amount             *typepb.Money
	// PerYear is how often the amount is paid in a year, such as 12 times. 0 if it is paid per
	// hour.
	PerYear int64
}

// span returns the cost of an hour of pay.
func (p Pay) span(r costRules) (span, error) {
	minor, err := money.Parse(p.Amount.GetAmount(), p.Amount.GetCurrencyCode())
	amount := new(big.Rat).SetInt64(minor)
	if p.PerYear > 0 {
		amount.Mul(amount, big.NewRat(p.PerYear*secondsPerHour, r.yearSeconds))
	}
	return span{start: p.StartDate, end: p.EndDate, id: p.ID, currency: p.Amount.GetCurrencyCode(),
		amount: amount.Mul(amount, r.employerFactor)}, err
}
