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

// maxRecords is the most record identifiers that a blocker or an integrity check lists.
const maxRecords = 100

// findRecords counts the records whose keys a query selects, and returns the identifiers of the
// first maxRecords. The query's first argument is the organization.
func findRecords(
	ctx context.Context, tx *db.Tx, prefix, query string, args ...any,
) (count int32, ids []string, err error) {
	rows, err := tx.Query(
		ctx, fmt.Sprintf("select r.id, count(*) over () from (%s\n) r (id) order by r.id limit %d", query, maxRecords),
		append([]any{tx.Call().Organization.ID}, args...)...,
	)
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

// BlockersFromQuery completes a blocker with the records whose keys a query selects, and returns
// it. It returns nil if there are no such records. The query's first argument is the organization,
// and the blocker's message has a %d for the number of records.
func BlockersFromQuery(
	ctx context.Context, tx *db.Tx, b *pb.CloseBlocker, prefix, query string, args ...any,
) (_ []*pb.CloseBlocker, err error) {
	if b.Count, b.RecordIds, err = findRecords(ctx, tx, prefix, query, args...); err != nil || b.Count == 0 {
		return nil, err
	}
	b.Message = fmt.Sprintf(b.Message, b.Count)
	return []*pb.CloseBlocker{b}, nil
}

// blockersFromIDs completes a blocker with the identifiers of its records, and returns it. It
// returns nil if there are no records.
func blockersFromIDs(b *pb.CloseBlocker, ids []string) []*pb.CloseBlocker {
	if len(ids) == 0 {
		return nil
	}
	b.Count, b.RecordIds = int32(len(ids)), ids[:min(len(ids), maxRecords)]
	return []*pb.CloseBlocker{b}
}

// findEarlierOpen finds open periods before the period, since periods are closed in order.
func findEarlierOpen(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	return BlockersFromQuery(ctx, tx, earlierOpenBlocker(p), "acp", `
select id
from finance.accounting_periods
where org_id = $1
and end_date < $2
and state = 'OPEN'`, p.StartDate)
}

// earlierOpenBlocker returns the blocker for open periods before a period. Its message has a %d for
// their number.
func earlierOpenBlocker(p *pb.AccountingPeriod) *pb.CloseBlocker {
	return &pb.CloseBlocker{
		Kind: pb.CloseBlocker_EARLIER_PERIOD_OPEN, Severity: pb.CloseBlocker_ERROR, Collection: "accountingPeriods",
		Filter:  fmt.Sprintf("state = OPEN AND end_date < %q", p.StartDate),
		Message: "Earlier periods are open: %d. Close them first.",
	}
}

// findDrafts finds drafts dated in the period. They cannot be posted once it is closed.
func findDrafts(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	return BlockersFromQuery(ctx, tx, &pb.CloseBlocker{
		Kind: pb.CloseBlocker_DRAFT_ENTRIES, Severity: pb.CloseBlocker_WARNING, Collection: "journalEntries",
		Filter:  fmt.Sprintf("state = DRAFT AND date >= %q AND date <= %q", p.StartDate, p.EndDate),
		Message: "Draft entries are dated in the period: %d. Post or delete them.",
	}, "jrn", `
select id
from finance.journal_entries
where org_id = $1
and date >= $2
and date <= $3
and state = 'DRAFT'`, p.StartDate, p.EndDate)
}

// findSuspenseBalances finds suspense accounts with a balance at the end of the period.
func findSuspenseBalances(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
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
	return blockersFromIDs(&pb.CloseBlocker{
		Kind: pb.CloseBlocker_SUSPENSE_NOT_ZERO, Severity: pb.CloseBlocker_WARNING, Collection: "accounts",
		Filter: "subtype = SUSPENSE",
		Message: fmt.Sprintf(
			"Suspense accounts have a balance of %s %s. Move it to the accounts where it belongs.",
			money.Format(balance, currency), currency,
		),
	}, accounts), nil
}
