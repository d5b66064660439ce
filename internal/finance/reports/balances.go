package reports

import (
	"context"
	_ "embed"
	"fmt"
	"math"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// period is a range of days, both counted; without a start it is all days to the end.
type period struct {
	start, end calendar.Date
	// operating leaves out the entries that carry a year's profit to retained earnings.
	operating bool
}

// drill is the filter of the journal lines of an account in the period.
func (p period) drill(account uuid.UUID) string {
	filter := fmt.Sprintf("account_id = %q", id.Format("acc", account))
	if !p.start.IsZero() {
		filter += fmt.Sprintf(" AND date >= %q", p.start)
	}
	filter += fmt.Sprintf(" AND date <= %q", p.end)
	if p.operating {
		filter += " AND closing = false"
	}
	return filter
}

// balance is an account and what was posted to it in a period.
type balance struct {
	ID              uuid.UUID
	Code            string
	DisplayName     string
	Type            string
	Subtype         string
	ParentAccountID uuid.NullUUID
	// Minor is the sum of the lines, debits positive.
	Minor int64
	// Moved tells an account whose lines add up to zero from one without any.
	Moved bool
}

func (b balance) is(t pb.Account_Type) bool { return b.Type == t.String() }

func (b balance) isSales() bool { return b.Subtype == pb.Account_SALES.String() }

func (b balance) isCostOfSales() bool { return b.Subtype == pb.Account_COST_OF_SALES.String() }

//go:embed balances.sql
var selectBalances string

// balances reads the chart of accounts with what was posted to each account in a
// period. Every report is made of this and nothing else.
func balances(ctx context.Context, tx *db.Tx, p period) ([]balance, error) {
	start := "-infinity"
	if !p.start.IsZero() {
		start = p.start.String()
	}
	rows, err := tx.Query(ctx, selectBalances, tx.Call().Organization.ID, start, p.end.String(), !p.operating)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[balance])
	if err != nil {
		return nil, err
	}
	return all, addable(all)
}

// addable refuses balances of which some might add up to more than an int64, so that
// no total needs to look.
func addable(all []balance) error {
	var sum uint64
	for _, b := range all {
		sum += uint64(max(b.Minor, -b.Minor))
		if sum > math.MaxInt64 || b.Minor == math.MinInt64 {
			return fault.TooLarge()
		}
	}
	return nil
}
