package ledger

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// maxRecords is how many records a blocker names, or a check of the books.
const maxRecords = 100

// keysOf are the records that a query of keys finds: how many, and the first of them by
// identifier. The query's first argument is the organization.
func keysOf(ctx context.Context, tx *db.Tx, prefix, query string, args ...any) (count int32, ids []string, err error) {
	rows, err := tx.Query(ctx, fmt.Sprintf("select r.id, count(*) over () from (%s\n) r (id) order by r.id limit %d", query, maxRecords), append([]any{tx.Call().Organization.ID}, args...)...)
	if err != nil {
		return 0, nil, err
	}
	var key uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&key, &count}, func() error {
		ids = append(ids, id.Format(prefix, key))
		return nil
	})
	return count, ids, err
}

// BlockersFromQuery completes a blocker with the records that a query of keys finds. The query's
// first argument is the organization, and the blocker's message has a %d for their count.
// Without any record there is no blocker.
func BlockersFromQuery(ctx context.Context, tx *db.Tx, b *pb.CloseBlocker, prefix, query string, args ...any) (_ []*pb.CloseBlocker, err error) {
	if b.Count, b.RecordIds, err = keysOf(ctx, tx, prefix, query, args...); err != nil || b.Count == 0 {
		return nil, err
	}
	b.Message = fmt.Sprintf(b.Message, b.Count)
	return []*pb.CloseBlocker{b}, nil
}

// blocking completes a blocker with the records it is about, or is none without any.
func blocking(b *pb.CloseBlocker, ids []string) []*pb.CloseBlocker {
	if len(ids) == 0 {
		return nil
	}
	b.Count, b.RecordIds = int32(len(ids)), ids[:min(len(ids), maxRecords)]
	return []*pb.CloseBlocker{b}
}

// earlierOpen finds open periods before this one: balances are closed in order.
func earlierOpen(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	return BlockersFromQuery(ctx, tx, earlierOpenBlocker(p), "acp", `
select id
from finance.accounting_periods
where org_id = $1
and end_date < $2
and state = 'OPEN'`, p.StartDate)
}

func earlierOpenBlocker(p *pb.AccountingPeriod) *pb.CloseBlocker {
	return &pb.CloseBlocker{
		Kind: pb.CloseBlocker_EARLIER_PERIOD_OPEN, Severity: pb.CloseBlocker_ERROR, Collection: "accountingPeriods",
		Filter:  fmt.Sprintf("state = OPEN AND end_date < %q", p.StartDate),
		Message: "Periods before it are open: %d. Close them first.",
	}
}

// draftsLeft finds drafts dated in the period, which could not be posted once it is
// closed.
func draftsLeft(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	return BlockersFromQuery(ctx, tx, &pb.CloseBlocker{
		Kind: pb.CloseBlocker_DRAFT_ENTRIES, Severity: pb.CloseBlocker_WARNING, Collection: "journalEntries",
		Filter:  fmt.Sprintf("state = DRAFT AND date >= %q AND date <= %q", p.StartDate, p.EndDate),
		Message: "Drafts are dated in it: %d. Post or delete them.",
	}, "jrn", `
select id
from finance.journal_entries
where org_id = $1
and date >= $2
and date <= $3
and state = 'DRAFT'`, p.StartDate, p.EndDate)
}

// suspenseLeft finds a balance on suspense accounts at the end of the period.
func suspenseLeft(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	rows, err := tx.Query(ctx, `
select l.account_id, abs(sum(l.base_amount_minor))::bigint
from finance.journal_lines l
where l.org_id = $1
and l.account_id = any(array(
  select a.id
  from finance.accounts a
  where a.org_id = $1
  and a.subtype = 'SUSPENSE'
))
and l.date <= $2
group by l.account_id
having sum(l.base_amount_minor) <> 0
order by l.account_id`, tx.Call().Organization.ID, p.EndDate)
	if err != nil {
		return nil, err
	}
	var key uuid.UUID
	var minor, balance int64
	var accounts []string
	if _, err := pgx.ForEachRow(rows, []any{&key, &minor}, func() error {
		accounts, balance = append(accounts, id.Format("acc", key)), balance+minor
		return nil
	}); err != nil {
		return nil, err
	}
	currency := tx.Call().Organization.CurrencyCode
	return blocking(&pb.CloseBlocker{
		Kind: pb.CloseBlocker_SUSPENSE_NOT_ZERO, Severity: pb.CloseBlocker_WARNING, Collection: "accounts",
		Filter:  "subtype = SUSPENSE",
		Message: fmt.Sprintf("Suspense accounts hold %s %s. Move it where it belongs.", money.Format(balance, currency), currency),
	}, accounts), nil
}
