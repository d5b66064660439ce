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

// CheckPostings returns what would refuse to post each of the entries now, or nil. It looks at
// the date and at the lines that are there: others that balance them may be added before it is
// posted. It locks nothing.
func CheckPostings(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) ([]error, error) {
	return checkPostings(ctx, tx, entries, func(k *known, e *pb.JournalEntry) (int64, error) {
		violations, figures := read(e, k, k.base)
		for i, l := range e.Lines {
			at := fmt.Sprintf("lines[%d]", i)
			violations.MergeViolations(at, openAccount(k.accounts[l.GetAccountId()], e.Source))
			violations.MergeViolations(at, inAccountsCurrency(k, l))
		}
		violations.MergeViolations("", k.takes(tx.Call(), e))
		for i, err := range convert(figures, k.base) {
			violations.MergeViolations(fmt.Sprintf("lines[%d]", i), unconverted(err))
		}
		return leastTurnover(figures), violations.Err()
	})
}

// leastTurnover is what an entry with some lines adds to the turnover at least: the others balance
// them.
func leastTurnover(figures []figure) (sum int64) {
	var balance int64
	for _, f := range figures {
		sum += max(f.minor, -f.minor, f.base, -f.base)
		balance += f.base
	}
	return sum + max(balance, -balance)
}

// postable is the guard of drafts that cannot be posted as they are.
func postable(ctx context.Context, tx *db.Tx, drafts []*pb.JournalEntry) ([]error, error) {
	entries := make([]*pb.JournalEntry, len(drafts))
	for i, e := range drafts {
		entries[i] = proto.CloneOf(e)
	}
	return checkPostings(ctx, tx, entries, func(k *known, e *pb.JournalEntry) (int64, error) {
		if err := book(tx.Call(), k, e); err != nil {
			return 0, err
		}
		return turnoverOf(e)
	})
}

// checkPostings asks of each entry what refuses it, and looks up what the entries name at once. A
// check returns what the entry adds to the turnover too.
func checkPostings(
	ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry, check func(k *known, e *pb.JournalEntry) (int64, error),
) ([]error, error) {
	k, err := readKnown(ctx, tx, false, entries)
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
			// A fiscal year is made for the date, unless it would lie before closed books.
			if d.Before(*closed) {
				refusals[i] = beforeClosed("date", *closed)
				continue
			}
			k.periods = append(k.periods, periodUse{start: d, end: d, state: pb.AccountingPeriod_OPEN.String()})
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

// closedThrough is the last day on which the books are closed, the zero date if on none.
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

func beforeClosed(field string, closed calendar.Date) error {
	return fault.InvalidFor(optionsv1.Reason_PERIOD_CLOSED, fault.At(field, "lies before %s, up to which the books are closed", closed))
}
