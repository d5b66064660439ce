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

// prepareAlone lets everything else wait that opens or closes periods.
func prepareAlone(ctx context.Context, tx *db.Tx, _ *pb.AccountingPeriod) error {
	return identity.LockOrganization(ctx, tx)
}

// standing is which periods and fiscal years are open and closed.
type standing struct {
	// openPeriods are the last days of the open periods, openYears those of the open years.
	openPeriods, openYears []calendar.Date
	// closedPeriod and closedYear are the first days of the last ones that are not open.
	closedPeriod, closedYear *calendar.Date
}

func readStanding(ctx context.Context, tx *db.Tx) (s standing, err error) {
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

// through counts the days up to one.
func through(days []calendar.Date, last calendar.Date) (n int32) {
	for _, d := range days {
		if !d.After(last) {
			n++
		}
	}
	return n
}

// guardByStanding asks of each record what refuses it as periods and years stand.
func guardByStanding[R any](ctx context.Context, tx *db.Tx, records []R, refusal func(s standing, r R) error) ([]error, error) {
	s, err := readStanding(ctx, tx)
	if err != nil {
		return nil, err
	}
	refusals := make([]error, len(records))
	for i, r := range records {
		refusals[i] = refusal(s, r)
	}
	return refusals, nil
}

// parsed is a stored date.
func parsed(date string) calendar.Date {
	d, _ := calendar.ParseDate(date)
	return d
}

// earliestOpen is the guard that refuses to close a period after an open one: balances are
// closed in order.
func earliestOpen(ctx context.Context, tx *db.Tx, periods []*pb.AccountingPeriod) ([]error, error) {
	return guardByStanding(ctx, tx, periods, func(s standing, p *pb.AccountingPeriod) error {
		n := through(s.openPeriods, parsed(p.StartDate).AddDays(-1))
		if n == 0 {
			return nil
		}
		b := earlierOpenBlocker(p)
		b.Message = fmt.Sprintf(b.Message, n)
		return outweighed(p, []*pb.CloseBlocker{b}, "")
	})
}

// lastClosed is the guard that refuses to reopen a period under a later closed one, whose
// opening balances it would change.
func lastClosed(ctx context.Context, tx *db.Tx, periods []*pb.AccountingPeriod) ([]error, error) {
	return guardByStanding(ctx, tx, periods, func(s standing, p *pb.AccountingPeriod) error {
		if s.closedPeriod == nil || !s.closedPeriod.After(parsed(p.EndDate)) {
			return nil
		}
		return fault.Refuse(optionsv1.Reason_PERIOD_CLOSED, "A later period is closed; reopen that one first.").WithSubject(p.Id)
	})
}

// periodsClosed is the guard that refuses to close a year before its periods, or after an open
// year.
func periodsClosed(ctx context.Context, tx *db.Tx, years []*pb.FiscalYear) ([]error, error) {
	return guardByStanding(ctx, tx, years, func(s standing, y *pb.FiscalYear) error {
		if n := through(s.openPeriods, parsed(y.EndDate)); n > 0 {
			return fault.Refuse(optionsv1.Reason_PERIOD_OPEN, "Periods up to its end are open: %d. Close them first.", n).WithSubject(y.Id)
		}
		if through(s.openYears, parsed(y.StartDate).AddDays(-1)) > 0 {
			return fault.Refuse(optionsv1.Reason_PERIOD_OPEN, "An earlier fiscal year is open; close that one first.").WithSubject(y.Id)
		}
		return nil
	})
}

// noneAfter is the guard that refuses to reopen a year under a later closed one.
func noneAfter(ctx context.Context, tx *db.Tx, years []*pb.FiscalYear) ([]error, error) {
	return guardByStanding(ctx, tx, years, func(s standing, y *pb.FiscalYear) error {
		if s.closedYear == nil || !s.closedYear.After(parsed(y.EndDate)) {
			return nil
		}
		return fault.Refuse(optionsv1.Reason_PERIOD_CLOSED, "A later fiscal year is closed; reopen that one first.").WithSubject(y.Id)
	})
}
