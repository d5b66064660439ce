package ledger

import (
	"context"
	"time"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
)

// createPeriodsFor creates the accounting period of a date that has none, and those between it and
// the others, so that the books have no gap: periods are closed in order, and once later ones are
// closed, a gap accepts no entry. It creates the fiscal years that are missing, and returns the
// periods.
//
// The periods of the books begin in the month of their earliest entry, since each one before it
// would have to be closed too. Their first fiscal year begins when it usually does.
func createPeriodsFor(ctx context.Context, tx *db.Tx, d calendar.Date) ([]postingPeriod, error) {
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return nil, err
	}
	near, err := readNeighbors(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	if near.taken {
		// Another transaction created it while this one waited for the lock.
		k, err := lockReferences(ctx, tx, &pb.JournalEntry{Date: d.String()})
		return k.periods, err
	}
	start, end := near.missingDays(d, tx.Call().Organization.FiscalYearStart)
	if near.closed != nil && !start.After(*near.closed) {
		return nil, closedPeriodError("date", *near.closed)
	}
	var periods []*pb.AccountingPeriod
	for !start.After(end) {
		year, last, err := ensureYear(ctx, tx, start)
		if err != nil {
			return nil, err
		}
		made, err := insertPeriods(ctx, tx, year, start, calendar.Earlier(last, end))
		if err != nil {
			return nil, err
		}
		periods = append(periods, made...)
		start = last.AddDays(1)
	}
	return periodUsesFrom(periods)
}

// neighbors describes the accounting periods around a day. A date is nil if there is no such
// period.
type neighbors struct {
	// before is the last day of the period before.
	before *calendar.Date
	// after is the first day of the period after.
	after *calendar.Date
	// closed is the last day on which the books are closed.
	closed *calendar.Date
	// taken reports whether a period contains the day.
	taken bool
}

func readNeighbors(ctx context.Context, tx *db.Tx, d calendar.Date) (n neighbors, err error) {
	row := tx.QueryRow(ctx, `
select
  max(end_date) filter (where end_date < $2),
  min(start_date) filter (where start_date > $2),
  max(end_date) filter (where state <> 'OPEN'),
  coalesce(bool_or(start_date <= $2 and end_date >= $2), false)
from finance.accounting_periods
where org_id = $1`, tx.Call().Organization.ID, d.String())
	err = row.Scan(&n.before, &n.after, &n.closed, &n.taken)
	return n, err
}

// missingDays returns the first and the last day without a period around a day, from its month on
// and until the end of its usual fiscal year at most.
func (n neighbors) missingDays(d calendar.Date, firstMonth time.Month) (start, end calendar.Date) {
	start = d.FirstOfMonth()
	if n.before != nil {
		start = n.before.AddDays(1)
	}
	_, end = calendar.FiscalYear(d, firstMonth)
	if n.after != nil {
		end = n.after.AddDays(-1)
	}
	return start, end
}

// ensureYear returns the id and the last day of the fiscal year that contains a day. If there is
// none, it creates the organization's usual one, cut to the room between the years around it.
func ensureYear(ctx context.Context, tx *db.Tx, d calendar.Date) (year string, last calendar.Date, err error) {
	var found *uuid.UUID
	var end, before, after *calendar.Date
	row := tx.QueryRow(ctx, `
select
  (array_agg(id) filter (where start_date <= $2 and end_date >= $2))[1],
  max(end_date) filter (where start_date <= $2 and end_date >= $2),
  max(end_date) filter (where end_date < $2),
  min(start_date) filter (where start_date > $2)
from finance.fiscal_years
where org_id = $1`, tx.Call().Organization.ID, d.String())
	if err := row.Scan(&found, &end, &before, &after); err != nil {
		return "", last, err
	}
	if found != nil {
		return id.Format("fsy", *found), *end, nil
	}
	start, last := calendar.FiscalYear(d, tx.Call().Organization.FiscalYearStart)
	if before != nil {
		start = calendar.Later(start, before.AddDays(1))
	}
	if after != nil {
		last = calendar.Earlier(last, after.AddDays(-1))
	}
	y := &pb.FiscalYear{StartDate: start.String(), EndDate: last.String()}
	_, _, err = insertYear(ctx, tx, y)
	return y.Id, last, err
}
