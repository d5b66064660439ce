package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// SubLedger is what another capability keeps behind accounts: invoices and payments behind
// accounts receivable, say, or statement lines behind a bank's. What it says of the accounts
// must be what is posted to them.
type SubLedger struct {
	// Collection is where its records are listed, such as `invoices`.
	Collection string
	// Differ answers the accounts of which its records and the books say different things
	// at the end of a day, in order.
	Differ func(ctx context.Context, tx *db.Tx, on calendar.Date) ([]string, error)
}

// NewControlSubLedger is the sub-ledger of all accounts of a subtype, to which nothing but its
// records posts. Balances answers what they say of each account at the end of a day, in
// minor units of the organization's currency, debits positive; an account left out is at
// zero.
func NewControlSubLedger(subtype pb.Account_Subtype, collection string, balances func(ctx context.Context, tx *db.Tx, on calendar.Date) (map[string]int64, error)) SubLedger {
	return SubLedger{Collection: collection, Differ: func(ctx context.Context, tx *db.Tx, on calendar.Date) ([]string, error) {
		posted, err := postedTo(ctx, tx, subtype, on)
		if err != nil {
			return nil, err
		}
		said, err := balances(ctx, tx, on)
		return unequal(posted, said), err
	}}
}

// unequal are the keys of which two maps say different things, where to be left out is to
// be zero.
func unequal(a, b map[string]int64) []string {
	differ := map[string]bool{}
	for _, keys := range []map[string]int64{a, b} {
		for key := range keys {
			if a[key] != b[key] {
				differ[key] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(differ))
}

// postedTo is what is posted to the accounts of a subtype up to the end of a day.
func postedTo(ctx context.Context, tx *db.Tx, subtype pb.Account_Subtype, on calendar.Date) (map[string]int64, error) {
	rows, err := tx.Query(ctx, `
select l.account_id, sum(l.base_amount_minor)::bigint
from finance.journal_lines l
where l.org_id = $1
and l.account_id = any(array(
  select a.id
  from finance.accounts a
  where a.org_id = $1
  and a.subtype = $2
))
and l.date <= $3
group by l.account_id`, tx.Call().Organization.ID, subtype.String(), on.String())
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	var account uuid.UUID
	var minor int64
	_, err = pgx.ForEachRow(rows, []any{&account, &minor}, func() error {
		out[id.Format("acc", account)] = minor
		return nil
	})
	return out, err
}

// controlsDiffer finds accounts that are not what the records behind them say at the end of
// a period.
func (s *Service) controlsDiffer(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) (all []*pb.CloseBlocker, err error) {
	end, err := calendar.ParseDate(p.EndDate)
	if err != nil {
		return nil, err
	}
	for _, sub := range s.hooks.SubLedgers {
		differ, err := sub.Differ(ctx, tx, end)
		if err != nil {
			return nil, err
		}
		all = append(all, blocking(&pb.CloseBlocker{
			Kind: pb.CloseBlocker_CONTROL_ACCOUNT_DIFFERS, Severity: pb.CloseBlocker_ERROR, Collection: "accounts",
			Message: fmt.Sprintf("Accounts are not what the %s say: %d.", sub.Collection, len(differ)),
		}, differ)...)
	}
	return all, nil
}

// controlsAgree is the guard that refuses to close a period while accounts are not what the records
// behind them say. Of the periods of a page it is asked about one, since the guard before it
// refuses all after the first that is open. Its refusal names all blockers.
func (s *Service) controlsAgree(ctx context.Context, tx *db.Tx, periods []*pb.AccountingPeriod) ([]error, error) {
	refusals := make([]error, len(periods))
	for i, p := range periods {
		differing, err := s.controlsDiffer(ctx, tx, p)
		if err != nil {
			return nil, err
		}
		if len(differing) == 0 {
			continue
		}
		all, err := s.blockers(ctx, tx, p)
		if err != nil {
			return nil, err
		}
		refusals[i] = outweighed(p, all, "")
	}
	return refusals, nil
}

// holds is the sub-ledger as a check of the books, all days together.
func (l SubLedger) holds(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse_Check, error) {
	differ, err := l.Differ(ctx, tx, calendar.LastDay())
	return &pb.CheckIntegrityResponse_Check{
		Rule:        fmt.Sprintf("Accounts are what the %s say.", l.Collection),
		BrokenCount: int32(len(differ)), AccountIds: differ[:min(len(differ), maxRecords)],
	}, err
}
