package banking

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// reconciliationItem is a posted line that is not on the statement of a reconciliation, or a
// statement line that is not in the books.
type reconciliationItem struct {
	Kind                                     string
	JournalEntryID, JournalLineID            *uuid.UUID
	BankStatementLineID                      *uuid.UUID
	Date                                     string
	PostingDate                              *string
	Description, CounterpartyName, Reference string
	Minor                                    int64
}

// Kinds of items, as finance.reconciliation_items stores them. Undecided lines are not stored,
// since a completed reconciliation has none.
const (
	kindOutstanding = "OUTSTANDING"
	kindPostedLater = "POSTED_LATER"
	kindUndecided   = "UNDECIDED"
)

// message returns the item as the API shows it.
func (i reconciliationItem) message(currency string) *pb.ReconciliationReport_Item {
	out := &pb.ReconciliationReport_Item{
		Date: i.Date, Description: i.Description, CounterpartyName: i.CounterpartyName, Reference: i.Reference,
		Amount: money.ToProto(i.Minor, currency),
	}
	if i.JournalEntryID != nil {
		out.JournalEntryId = id.Format("jrn", *i.JournalEntryID)
	}
	if i.JournalLineID != nil {
		out.JournalLineId = id.Format("jln", *i.JournalLineID)
	}
	if i.BankStatementLineID != nil {
		out.BankStatementLineId = id.Format("bsl", *i.BankStatementLineID)
	}
	if i.PostingDate != nil {
		out.PostingDate = *i.PostingDate
	}
	return out
}

// currentItems returns the outstanding items that a reconciliation names, and the lines posted
// later.
func currentItems(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) ([]reconciliationItem, error) {
	open, err := listedOutstanding(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	later, err := findPostedLater(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	items := make([]reconciliationItem, 0, len(open)+len(later))
	for _, l := range open {
		items = append(items, reconciliationItem{
			Kind: kindOutstanding, JournalEntryID: &l.Entry, JournalLineID: &l.ID, Date: l.Date,
			Description: l.Description, Reference: l.Reference, Minor: l.Minor,
		})
	}
	for _, l := range later {
		items = append(items, reconciliationItem{
			Kind: kindPostedLater, JournalEntryID: &l.Entry, BankStatementLineID: &l.ID, Date: l.Date,
			PostingDate: &l.PostingDate, Description: l.Description, CounterpartyName: l.CounterpartyName,
			Reference: l.Reference, Minor: l.Minor,
		})
	}
	return items, nil
}

// storeItems keeps the items of a reconciliation that is completed. Later postings and reversals
// change what is outstanding, and must not change its report.
func storeItems(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) error {
	items, err := currentItems(ctx, tx, r)
	if err != nil || len(items) == 0 {
		return err
	}
	key, err := reconciliations.Table().Key(r.Id)
	if err != nil {
		return err
	}
	var (
		kinds                  []string
		entries, lines, booked []*uuid.UUID
		dates                  []*string
		amounts                []int64
	)
	for _, i := range items {
		kinds, dates, amounts = append(kinds, i.Kind), append(dates, i.PostingDate), append(amounts, i.Minor)
		entries, lines = append(entries, i.JournalEntryID), append(lines, i.JournalLineID)
		booked = append(booked, i.BankStatementLineID)
	}
	_, err = tx.Exec(ctx, `
insert into finance.reconciliation_items (
  org_id, reconciliation_id, item_number, kind, journal_entry_id, journal_line_id, bank_statement_line_id,
  posting_date, amount_minor
)
select o.org_id, $2, i.n, i.kind, i.entry, i.line, i.booked, i.posting_date, i.minor
from platform.organizations o
cross join unnest($3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::date[], $8::bigint[])
with ordinality as i (kind, entry, line, booked, posting_date, minor, n)
where o.org_id = $1`,
		tx.Call().Organization.ID, key, kinds, entries, lines, booked, dates, amounts)
	return err
}

// deleteItems deletes the items of a reconciliation that is reopened.
func deleteItems(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) error {
	key, err := reconciliations.Table().Key(r.Id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
delete from finance.reconciliation_items
where org_id = $1
and reconciliation_id = $2`, tx.Call().Organization.ID, key)
	return err
}

// storedItems returns the items with which a reconciliation was completed.
func storedItems(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) ([]reconciliationItem, error) {
	key, err := reconciliations.Table().Key(r.Id)
	if err != nil {
		return nil, err
	}
	return db.Collect[reconciliationItem](ctx, tx, `
select
  i.kind,
  i.journal_entry_id,
  i.journal_line_id,
  i.bank_statement_line_id,
  coalesce(s.booked_date, e.date)::text as date,
  i.posting_date::text as posting_date,
  coalesce(s.description, e.description) as description,
  coalesce(s.counterparty_name, '') as counterparty_name,
  coalesce(s.bank_reference, e.reference) as reference,
  i.amount_minor as minor
from finance.reconciliation_items i
join finance.journal_entries e on e.org_id = $1 and e.id = i.journal_entry_id
left join finance.bank_statement_lines s on s.org_id = $1 and s.id = i.bank_statement_line_id
where i.org_id = $1
and i.reconciliation_id = $2
order by i.item_number`, tx.Call().Organization.ID, key)
}

// maxUndecidedItems is the most undecided lines in a report.
const maxUndecidedItems = 1000

// undecidedItems returns the statement lines up to the date of a reconciliation that are not, or
// not fully, decided, the oldest first.
func undecidedItems(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) ([]reconciliationItem, error) {
	account, err := bankAccounts.Table().Key(r.BankAccountId)
	if err != nil {
		return nil, err
	}
	return db.Collect[reconciliationItem](ctx, tx, `
select
  '`+kindUndecided+`' as kind,
  null::uuid as journal_entry_id,
  null::uuid as journal_line_id,
  b.id as bank_statement_line_id,
  b.booked_date::text as date,
  null::text as posting_date,
  b.description,
  b.counterparty_name,
  b.bank_reference as reference,
  (b.amount_minor - coalesce(t.taken, 0))::bigint as minor
from finance.bank_statement_lines b
left join lateral (
  select sum(k.amount_minor) as taken
  from finance.bank_match_lines k
  join finance.bank_matches n on n.org_id = $1 and n.id = k.bank_match_id
  where k.org_id = $1
  and k.bank_statement_line_id = b.id
  and n.state = 'MATCHED'
) t on b.state = 'PARTIALLY_MATCHED'
where b.org_id = $1
and b.bank_account_id = $2
and b.booked_date <= $3
and b.state in ('UNMATCHED', 'HELD', 'PARTIALLY_MATCHED')
order by b.booked_date, b.id
limit $4`, tx.Call().Organization.ID, account, r.StatementDate, maxUndecidedItems)
}
