package ledger

import (
	"context"
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
)

// earlierOpen finds open periods before this one: balances are closed in order.
func earlierOpen(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	var n int32
	err := tx.QueryRow(ctx, `
select count(*)
from finance.accounting_periods
where org_id = $1
and end_date < $2
and state = 'OPEN'`, tx.Call().Organization.ID, p.StartDate).Scan(&n)
	return found(n, &pb.CloseBlocker{
		Kind: pb.CloseBlocker_EARLIER_PERIOD_OPEN, Severity: pb.CloseBlocker_ERROR, Collection: "accountingPeriods",
		Filter:  fmt.Sprintf("state = OPEN AND end_date < %q", p.StartDate),
		Message: fmt.Sprintf("Periods before it are open: %d. Close them first.", n),
	}), err
}

// draftsLeft finds drafts dated in the period or before, which could not be posted
// once it is closed.
func draftsLeft(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	var n int32
	err := tx.QueryRow(ctx, `
select count(*)
from finance.journal_entries
where org_id = $1
and date >= $2
and date <= $3
and state = 'DRAFT'`, tx.Call().Organization.ID, p.StartDate, p.EndDate).Scan(&n)
	return found(n, &pb.CloseBlocker{
		Kind: pb.CloseBlocker_DRAFT_ENTRIES, Severity: pb.CloseBlocker_WARNING, Collection: "journalEntries",
		Filter:  fmt.Sprintf("state = DRAFT AND date >= %q AND date <= %q", p.StartDate, p.EndDate),
		Message: fmt.Sprintf("Drafts are dated in it: %d. Post or delete them.", n),
	}), err
}

// suspenseLeft finds a balance on suspense accounts at the end of the period.
func suspenseLeft(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	var n int32
	var balance int64
	err := tx.QueryRow(ctx, `
select count(*), coalesce(sum(abs(balance)), 0)::bigint
from (
  select sum(l.base_amount_minor) as balance
  from finance.accounts a
  join finance.journal_lines l on l.org_id = a.org_id and l.account_id = a.id
  where a.org_id = $1
  and a.subtype = 'SUSPENSE'
  and l.date <= $2
  group by a.id
  having sum(l.base_amount_minor) <> 0
) b`, tx.Call().Organization.ID, p.EndDate).Scan(&n, &balance)
	if err != nil {
		return nil, err
	}
	currency := tx.Call().Organization.CurrencyCode
	return found(n, &pb.CloseBlocker{
		Kind: pb.CloseBlocker_SUSPENSE_NOT_ZERO, Severity: pb.CloseBlocker_WARNING, Collection: "accounts",
		Filter:  "subtype = SUSPENSE",
		Message: fmt.Sprintf("Suspense accounts hold %s %s. Move it where it belongs.", money.Format(balance, currency), currency),
	}), nil
}

// found is the blocker if it is about anything.
func found(n int32, b *pb.CloseBlocker) []*pb.CloseBlocker {
	if n == 0 {
		return nil
	}
	b.Count = n
	return []*pb.CloseBlocker{b}
}
