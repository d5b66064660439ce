package ledger

import (
	"context"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/identity"
)

// yearDays are the first and the last day of a fiscal year.
type yearDays struct{ start, end calendar.Date }

// createYearsCovering creates the organization's usual fiscal year that contains a date, cut to the
// room between its neighbors, and returns its periods. If the date lies before the first year or
// after the last one, it also creates the years between them, so that the books have no gap: periods
// are closed in order, and once later ones are closed, a gap accepts no year.
func createYearsCovering(ctx context.Context, tx *db.Tx, d calendar.Date) ([]postingPeriod, error) {
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return nil, err
	}
	near, err := readNeighbors(ctx, tx, d, d)
	if err != nil {
		return nil, err
	}
	if near.taken {
		// Another transaction created it while this one waited for the lock.
		k, err := lockReferences(ctx, tx, &pb.JournalEntry{Date: d.String()})
		return k.periods, err
	}
	var periods []*pb.AccountingPeriod
	for _, y := range near.missingYears(d, tx.Call().Organization.FiscalYearStart) {
		made, err := addYear(ctx, tx, &pb.FiscalYear{StartDate: y.start.String(), EndDate: y.end.String()}, "date")
		if err != nil {
			return nil, err
		}
		periods = append(periods, made...)
	}
	return periodUsesFrom(periods)
}

// missingYears returns the years to create for a date without one, by date. The neighbors are those of
// the date.
func (n neighbors) missingYears(d calendar.Date, firstMonth time.Month) (years []yearDays) {
	start, end := calendar.FiscalYear(d, firstMonth)
	switch {
	case n.before != nil && n.after != nil:
		start, end = later(start, n.before.AddDays(1)), earlier(end, n.after.AddDays(-1))
	case n.before != nil:
		start = n.before.AddDays(1)
	case n.after != nil:
		end = n.after.AddDays(-1)
	}
	for !start.After(end) {
		_, last := calendar.FiscalYear(start, firstMonth)
		years = append(years, yearDays{start, earlier(last, end)})
		if !last.Before(end) {
			break
		}
		start = last.AddDays(1)
	}
	return years
}

// earlier and later return the earlier and the later of two dates.
func earlier(a, b calendar.Date) calendar.Date {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b calendar.Date) calendar.Date {
	if b.After(a) {
		return b
	}
	return a
}
