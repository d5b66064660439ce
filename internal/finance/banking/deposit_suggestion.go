package banking

import (
	"context"
	_ "embed"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

//go:embed deposit_suggestion.sql
var selectDeposits string

// readDeposits is the permission to see deposit requests in suggestions.
const readDeposits = "finance.depositRequests.read"

// openDeposit is a deposit request that a line may pay. The fields are the columns of
// deposit_suggestion.sql.
type openDeposit struct {
	ID                uuid.UUID
	Number, NumberKey string
	Customer          uuid.UUID
	CustomerName      string
	Date, Currency    string
	Open              int64
}

// loadDeposits reads the deposit requests with numbers that lines name.
func (r *openReceivables) loadDeposits(ctx context.Context, tx *db.Tx, numbers []string) error {
	if !tx.Call().Allows(readDeposits) {
		return nil
	}
	found, err := db.Collect[openDeposit](ctx, tx, selectDeposits, tx.Call().Organization.ID, numbers, maxReceivables)
	r.deposits = map[string][]openDeposit{}
	for _, d := range found {
		r.deposits[d.NumberKey] = append(r.deposits[d.NumberKey], d)
	}
	return err
}

// suggestDeposits suggests to record the payments of deposit requests whose numbers a line names.
func (r *openReceivables) suggestDeposits(l *pb.BankStatementLine, open int64) (all []*suggestion) {
	var seen []uuid.UUID
	for _, key := range numbersIn(l) {
		for _, d := range r.deposits[key] {
			if d.Currency != l.Amount.CurrencyCode || d.Date > l.BookedDate || slices.Contains(seen, d.ID) {
				continue
			}
			seen = append(seen, d.ID)
			all = append(all, r.suggestDeposit(l, d, open))
		}
	}
	return all
}

// suggestDeposit suggests to record the payment of a deposit request that a line names.
func (r *openReceivables) suggestDeposit(l *pb.BankStatementLine, d openDeposit, open int64) *suggestion {
	var score scorecard
	score.add(pointsNumber, "The bank's text contains %s.", d.Number)
	switch {
	case open == d.Open:
		score.add(pointsOpenEntry, "The open amount is the same.")
	case open < d.Open:
		score.add(0, "It pays a part of %s %s.", money.Format(d.Open, d.Currency), d.Currency)
	default:
		score.add(0, "It pays more than %s %s; the rest is a credit.", money.Format(d.Open, d.Currency), d.Currency)
	}
	r.addPayer(&score, l, openReceivable{Customer: d.Customer, CustomerName: d.CustomerName})
	m := newMatch([]*pb.BankStatementLine{l})
	m.Payments = []*pb.BankMatch_ReceivedPayment{{CustomerId: id.Format("cus", d.Customer),
		DepositRequestId: id.Format("dpr", d.ID), Amount: money.ToProto(open, l.Amount.CurrencyCode)}}
	return &suggestion{Score: score.score(), Reasons: score.reasons, BankMatch: m}
}
