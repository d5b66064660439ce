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

// SubLedger describes the records of another capability that make up the balance of accounts, such
// as invoices and payments for accounts receivable, or statement lines for a bank account. The
// balance of these records must equal the posted balance.
type SubLedger struct {
	// Collection is the API collection of the records, such as `invoices`.
	Collection string
	// Differ returns the ids of the accounts whose posted balance differs from the records at the
	// end of a day, sorted.
	Differ func(ctx context.Context, tx *db.Tx, on calendar.Date) ([]string, error)
}

// NewControlSubLedger returns the sub-ledger of all accounts of a subtype, to which only its
// records post. balances returns the balance of each account by the records at the end of a day, in
// minor units of the organization's currency, debits positive. A missing account has a balance of
// zero.
func NewControlSubLedger(
	subtype pb.Account_Subtype, collection string,
	balances func(ctx context.Context, tx *db.Tx, on calendar.Date) (map[string]int64, error),
) SubLedger {
	return SubLedger{Collection: collection,
		Differ: func(ctx context.Context, tx *db.Tx, on calendar.Date) ([]string, error) {
			posted, err := postedBalances(ctx, tx, subtype, on)
			if err != nil {
				return nil, err
			}
			said, err := balances(ctx, tx, on)
			return differingKeys(posted, said), err
		}}
}

// differingKeys returns the keys whose values differ between two maps, sorted. A missing key has
// the value zero.
func differingKeys(a, b map[string]int64) []string {
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

// postedBalances returns the posted balances of the accounts of a subtype at the end of a day.
func postedBalances(
	ctx context.Context, tx *db.Tx, subtype pb.Account_Subtype, on calendar.Date,
) (map[string]int64, error) {
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

// subLedgerBlockers returns a blocker for each sub-ledger that differs from the posted balances at
// the end of a period.
func (s *Service) subLedgerBlockers(
	ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod,
) (all []*pb.CloseBlocker, err error) {
	end, err := calendar.ParseDate(p.EndDate)
	if err != nil {
		return nil, err
	}
	for _, sub := range s.hooks.SubLedgers {
		differ, err := sub.Differ(ctx, tx, end)
		if err != nil {
			return nil, err
		}
		all = append(all, blockersFromIDs(&pb.CloseBlocker{
			Kind: pb.CloseBlocker_CONTROL_ACCOUNT_DIFFERS, Severity: pb.CloseBlocker_ERROR, Collection: "accounts",
			Message: fmt.Sprintf("Accounts that do not agree with the %s: %d.", sub.Collection, len(differ)),
		}, differ)...)
	}
	return all, nil
}

// integrityCheck compares the posted balances with the sub-ledger, over all days.
func (l SubLedger) integrityCheck(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse_Check, error) {
	differ, err := l.Differ(ctx, tx, calendar.LastDay())
	return &pb.CheckIntegrityResponse_Check{
		Rule:        fmt.Sprintf("Accounts agree with the %s.", l.Collection),
		BrokenCount: int32(len(differ)), AccountIds: differ[:min(len(differ), maxRecords)],
	}, err
}
