package banking

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// guardBookLines refuses lines that cannot be booked on any account: the bank account's ledger
// account takes no postings in their currency, or their amounts overflow the account's totals.
func guardBookLines(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) ([]error, error) {
	var ids []string
	for _, l := range lines {
		ids = append(ids, l.BankAccountId)
	}
	accounts, err := bankAccountTable.GetExisting(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	// A line of a closed period can be booked with a later posting date.
	open, err := ledger.FirstOpenDate(ctx, tx)
	if err != nil {
		return nil, err
	}
	entries := make([]*pb.JournalEntry, len(lines))
	for i, l := range lines {
		amount := &typepb.Money{Amount: l.Amount.GetAmount(), CurrencyCode: l.Amount.GetCurrencyCode()}
		entries[i] = &pb.JournalEntry{
			Date: max(l.BookedDate, open), Source: pb.JournalEntry_BANK,
			Lines: []*pb.JournalLine{{AccountId: accounts[l.BankAccountId].GetLedgerAccountId(), Amount: amount}},
		}
	}
	refusals, err := ledger.CheckPostings(ctx, tx, entries)
	for i := range refusals {
		refusals[i] = remapSplits(refusals[i], 0)
	}
	return refusals, err
}

// guardUndoLines refuses to undo the decision about a line if its entry is matched, or if the line
// or one that was decided together with it is reconciled.
func guardUndoLines(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) ([]error, error) {
	recodings, err := ledger.RecodingsOf(ctx, tx, entriesOf(lines))
	if err != nil {
		return nil, err
	}
	undoings := make([]undoEffect, len(lines))
	transfers, matched := map[uuid.UUID][]*undoEffect{}, map[uuid.UUID]*undoEffect{}
	for i, l := range lines {
		u := &undoings[i]
		u.subject = l.Id
		account, err := id.Parse("bac", l.BankAccountId)
		if err != nil {
			return nil, err
		}
		u.lines = []bookedLine{{account, l.BookedDate}}
		if transfer, err := id.Parse("btr", l.BankTransferId); err == nil {
			transfers[transfer] = append(transfers[transfer], u)
		} else if key, err := id.Parse("bsl", l.Id); err == nil && l.JournalEntryId != "" {
			matched[key] = u
		}
		u.addEntry(l.JournalEntryId)
		for _, e := range recodings[l.JournalEntryId] {
			u.addEntry(e)
		}
	}
	if err := addTransferLines(ctx, tx, transfers); err != nil {
		return nil, err
	}
	if err := addMatchLines(ctx, tx, matched); err != nil {
		return nil, err
	}
	return refuseUndo(ctx, tx, undoings)
}

// entriesOf returns the ids of the lines' entries, "" for a line without one.
func entriesOf(lines []*pb.BankStatementLine) []string {
	entries := make([]string, len(lines))
	for i, l := range lines {
		entries[i] = l.JournalEntryId
	}
	return entries
}

// addTransferLines adds the lines of transfers, because both sides are undone together.
func addTransferLines(ctx context.Context, tx *db.Tx, transfers map[uuid.UUID][]*undoEffect) error {
	if len(transfers) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, `
select bank_transfer_id, bank_account_id, booked_date::text
from finance.bank_statement_lines
where org_id = $1
and bank_transfer_id = any($2)`, tx.Call().Organization.ID, mapKeys(transfers))
	if err != nil {
		return err
	}
	var transfer uuid.UUID
	var l bookedLine
	_, err = pgx.ForEachRow(rows, []any{&transfer, &l.account, &l.date}, func() error {
		for _, u := range transfers[transfer] {
			u.lines = append(u.lines, l)
		}
		return nil
	})
	return err
}

// addMatchLines adds the earliest line of each match, whose lines are all of one bank account. It
// replaces the entry to reverse with the entries that the matches posted. Undoing a match does not
// reverse the entries that were matched.
func addMatchLines(ctx context.Context, tx *db.Tx, matched map[uuid.UUID]*undoEffect) error {
	if len(matched) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, `
select k.bank_statement_line_id, m.journal_entry_id, m.bank_account_id, f.booked_date::text
from finance.bank_match_lines k
join finance.bank_matches m on m.org_id = $1 and m.id = k.bank_match_id
cross join lateral (
  select min(l.booked_date) as booked_date
  from finance.bank_match_lines o
  join finance.bank_statement_lines l on l.org_id = $1 and l.id = o.bank_statement_line_id
  where o.org_id = $1
  and o.bank_match_id = m.id
) f
where k.org_id = $1
and k.bank_statement_line_id = any($2)
and m.state = 'MATCHED'`, tx.Call().Organization.ID, mapKeys(matched))
	if err != nil {
		return err
	}
	posted := map[*undoEffect][]uuid.UUID{}
	var line uuid.UUID
	var entry uuid.NullUUID
	var first bookedLine
	if _, err := pgx.ForEachRow(rows, []any{&line, &entry, &first.account, &first.date}, func() error {
		u := matched[line]
		u.lines, posted[u] = append(u.lines, first), append(posted[u], entry.UUID)
		return nil
	}); err != nil {
		return err
	}
	for u, entries := range posted {
		u.entries = entries
	}
	return nil
}

// mapKeys returns the keys of a map.
func mapKeys[V any](m map[uuid.UUID]V) []uuid.UUID {
	keys := make([]uuid.UUID, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	return keys
}
