package ledger

import (
	"cmp"
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// CheckPostings returns, for each entry, the error that posting it now would return, or nil. It
// checks the date and the given lines. The lines need not balance, since others can be added before
// posting. It locks nothing.
func CheckPostings(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) ([]error, error) {
	return checkPostings(ctx, tx, entries, func(k *references, e *pb.JournalEntry) (int64, error) {
		violations, figures := readEntry(e, k, k.base)
		for i, l := range e.Lines {
			at := fmt.Sprintf("lines[%d]", i)
			violations.MergeViolations(at, checkAccountOpen(k.accounts[l.GetAccountId()], e.Source))
			violations.MergeViolations(at, checkAccountCurrency(k, e.Source, l))
			violations.MergeViolations(at, checkRequiredValues(k, e.Source, l))
		}
		violations.MergeViolations("", k.checkPeriod(tx.Call(), e))
		for i, err := range convert(figures, k.base) {
			violations.MergeViolations(fmt.Sprintf("lines[%d]", i), conversionViolation(err))
		}
		return minTurnover(figures), violations.Err()
	})
}

// minTurnover returns the least turnover of an entry that has these lines and others that balance
// them. Above maxTurnover, where any entry is refused, it stops adding, so that it cannot overflow:
// a line adds at most money.MaxMinor, and the balance is at most the sum.
func minTurnover(figures []figure) (sum int64) {
	var balance int64
	for _, f := range figures {
		if sum > maxTurnover {
			return sum
		}
		sum += max(f.minor, -f.minor, f.base, -f.base)
		balance += f.base
	}
	return sum + max(balance, -balance)
}

// guardPostable refuses to post drafts that cannot be posted as they are.
func guardPostable(ctx context.Context, tx *db.Tx, drafts []*pb.JournalEntry) ([]error, error) {
	entries := make([]*pb.JournalEntry, len(drafts))
	for i, e := range drafts {
		entries[i] = proto.CloneOf(e)
	}
	if err := addTaxes(ctx, tx, entries...); err != nil {
		return nil, err
	}
	return checkPostings(ctx, tx, entries, func(k *references, e *pb.JournalEntry) (int64, error) {
		taxes := taxesOf(tx, e)
		if taxes.Refusal != nil {
			return 0, taxes.Refusal
		}
		if err := preparePosted(tx.Call(), k, e); err != nil {
			return 0, taxes.mapFields(err)
		}
		return turnoverOf(e)
	})
}

// checkPostings runs a check on each entry and returns its error, or nil. It loads the references
// of all entries at once. A check also returns the turnover of the entry.
func checkPostings(
	ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry,
	check func(k *references, e *pb.JournalEntry) (int64, error),
) ([]error, error) {
	k, err := loadReferences(ctx, tx, false, entries)
	if err != nil {
		return nil, err
	}
	refusals, sums := make([]error, len(entries)), make([]int64, len(entries))
	var closed *calendar.Date
	for i, e := range entries {
		d, err := calendar.ParseBusinessDate(e.GetDate())
		_, covered := k.periodOf(d)
		if err == nil && !covered {
			if closed == nil {
				if closed, err = closedThrough(ctx, tx); err != nil {
					return nil, err
				}
			}
			// Posting creates a fiscal year for the date, unless it lies before closed books.
			if d.Before(*closed) {
				refusals[i] = closedPeriodError("date", *closed)
				continue
			}
			k.periods = append(k.periods, postingPeriod{start: d, end: d, state: pb.AccountingPeriod_OPEN.String()})
		}
		sums[i], refusals[i] = check(k, e)
	}
	unfit, err := refuseTurnovers(ctx, tx, sums)
	if err != nil {
		return nil, err
	}
	for i := range refusals {
		refusals[i] = cmp.Or(refusals[i], unfit[i])
	}
	return refusals, nil
}

// closedThrough returns the last day of the closed periods, or the zero date if none is closed.
func closedThrough(ctx context.Context, tx *db.Tx) (*calendar.Date, error) {
	closed := new(calendar.Date)
	var last *calendar.Date
	err := tx.QueryRow(ctx, `
select max(end_date)
from finance.accounting_periods
where org_id = $1
and state <> 'OPEN'`, tx.Call().Organization.ID).Scan(&last)
	if last != nil {
		closed = last
	}
	return closed, err
}

// FirstOpenDate returns the day after the closed periods, or "" if none is closed.
func FirstOpenDate(ctx context.Context, tx *db.Tx) (string, error) {
	closed, err := closedThrough(ctx, tx)
	if err != nil || closed.IsZero() {
		return "", err
	}
	return closed.AddDays(1).String(), nil
}

// closedPeriodError returns the error for a date before the end of closed books.
func closedPeriodError(field string, closed calendar.Date) error {
	return fault.InvalidFor(optionsv1.Reason_PERIOD_CLOSED,
		fault.At(field, "must be after %s, the last day of the closed periods", closed))
}
