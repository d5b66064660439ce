package ledger

import (
	"context"
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/identity"
)

// lockOrganization makes every other transaction that opens or closes periods wait.
func lockOrganization(ctx context.Context, tx *db.Tx, _ *pb.AccountingPeriod) error {
	return identity.LockOrganization(ctx, tx)
}

// closeState lists the open periods and fiscal years, and the last closed ones.
type closeState struct {
	// openPeriods and openYears are the end dates of the open periods and fiscal years.
	openPeriods, openYears []calendar.Date
	// closedPeriod is the start date of the last period that is not open, closedYear that of the
	// last closed fiscal year. They are nil if no period or year is closed.
	closedPeriod, closedYear *calendar.Date
}

func readCloseState(ctx context.Context, tx *db.Tx) (s closeState, err error) {
	return s, tx.QueryRow(ctx, `
select
  coalesce(p.open, '{}'),
  coalesce(y.open, '{}'),
  p.closed,
  y.closed
from (
  select
    array_agg(end_date) filter (where state = 'OPEN') as open,
    max(start_date) filter (where state <> 'OPEN') as closed
  from finance.accounting_periods
  where org_id = $1
) p
cross join (
  select
    array_agg(end_date) filter (where state = 'OPEN') as open,
    max(start_date) filter (where state = 'CLOSED') as closed
  from finance.fiscal_years
  where org_id = $1
) y`, tx.Call().Organization.ID).Scan(&s.openPeriods, &s.openYears, &s.closedPeriod, &s.closedYear)
}

// countThrough counts the days up to and including last.
func countThrough(days []calendar.Date, last calendar.Date) (n int32) {
	for _, d := range days {
		if !d.After(last) {
			n++
		}
	}
	return n
}

// guardByCloseState reads the close state once. It returns an error for each refused record, and
// nil for the others.
func guardByCloseState[R any](
	ctx context.Context, tx *db.Tx, records []R, check func(s closeState, r R) error,
) ([]error, error) {
	s, err := readCloseState(ctx, tx)
	if err != nil {
		return nil, err
	}
	refusals := make([]error, len(records))
	for i, r := range records {
		refusals[i] = check(s, r)
	}
	return refusals, nil
}

// storedDate parses a date of a stored record, which is valid.
func storedDate(date string) calendar.Date {
	d, _ := calendar.ParseDate(date)
	return d
}

// guardEarlierPeriodsClosed refuses to close a period while an earlier one is open, because
// balances are closed in order.
func guardEarlierPeriodsClosed(ctx context.Context, tx *db.Tx, periods []*pb.AccountingPeriod) ([]error, error) {
	return guardByCloseState(ctx, tx, periods, func(s closeState, p *pb.AccountingPeriod) error {
		n := countThrough(s.openPeriods, storedDate(p.StartDate).AddDays(-1))
		if n == 0 {
			return nil
		}
		b := earlierOpenBlocker(p)
		b.Message = fmt.Sprintf(b.Message, n)
		return refuseBlockers(p, []*pb.CloseBlocker{b}, "")
	})
}

// guardNoLaterPeriodClosed refuses to reopen a period while a later one is closed, because postings
// would change the opening balances of that one.
func guardNoLaterPeriodClosed(ctx context.Context, tx *db.Tx, periods []*pb.AccountingPeriod) ([]error, error) {
	return guardByCloseState(ctx, tx, periods, func(s closeState, p *pb.AccountingPeriod) error {
		if s.closedPeriod == nil || !s.closedPeriod.After(storedDate(p.EndDate)) {
			return nil
		}
		return fault.Refuse(optionsv1.Reason_PERIOD_CLOSED,
			"A later period is closed. Reopen it first, or set includeLater.").WithSubject(p.Id)
	})
}

// guardPeriodsClosed refuses to close a fiscal year while one of its periods or an earlier year is
// open.
func guardPeriodsClosed(ctx context.Context, tx *db.Tx, years []*pb.FiscalYear) ([]error, error) {
	return guardByCloseState(ctx, tx, years, func(s closeState, y *pb.FiscalYear) error {
		if n := countThrough(s.openPeriods, storedDate(y.EndDate)); n > 0 {
			return fault.Refuse(optionsv1.Reason_PERIOD_OPEN,
				"Close all accounting periods up to the end of the fiscal year first; still open: %d.", n).WithSubject(y.Id)
		}
		if countThrough(s.openYears, storedDate(y.StartDate).AddDays(-1)) > 0 {
			return fault.Refuse(optionsv1.Reason_PERIOD_OPEN,
				"An earlier fiscal year is open. Close it first.").WithSubject(y.Id)
		}
		return nil
	})
}

// guardNoLaterYearClosed refuses to reopen a fiscal year while a later one is closed.
func guardNoLaterYearClosed(ctx context.Context, tx *db.Tx, years []*pb.FiscalYear) ([]error, error) {
	return guardByCloseState(ctx, tx, years, func(s closeState, y *pb.FiscalYear) error {
		if s.closedYear == nil || !s.closedYear.After(storedDate(y.EndDate)) {
			return nil
		}
		return fault.Refuse(optionsv1.Reason_PERIOD_CLOSED,
			"A later fiscal year is closed. Reopen that one first.").WithSubject(y.Id)
	})
}
