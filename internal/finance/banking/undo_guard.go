package banking

import (
	"context"
	_ "embed"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// undoing is what undoing a record changes: statement lines that wait again, and entries that
// are reversed.
type undoing struct {
	subject string
	lines   []bookedLine
	entries []uuid.UUID
}

// bookedLine is when and on which bank account the bank booked a line.
type bookedLine struct {
	account uuid.UUID
	date    string
}

// reverses notes the entry of that identifier, "" for none.
func (u *undoing) reverses(entry string) {
	if key, err := id.Parse("jrn", entry); err == nil {
		u.entries = append(u.entries, key)
	}
}

// refuseUndoings refuses to change what a completed reconciliation rests on, and to reverse an
// entry from which a match takes.
func refuseUndoings(ctx context.Context, tx *db.Tx, undoings []undoing) ([]error, error) {
	refusals := make([]error, len(undoings))
	through, last, err := reconciledDays(ctx, tx)
	if err != nil {
		return nil, err
	}
	var entries []uuid.UUID
	for i, u := range undoings {
		for _, l := range u.lines {
			if reconciled := through[l.account]; reconciled != "" && l.date <= reconciled {
				refusals[i] = fault.Refuse(optionsv1.Reason_BANK_STATEMENT_LINE_RECONCILED,
					"The bank account is reconciled up to %s; reopen that reconciliation first.", reconciled).About(u.subject)
			}
		}
		if refusals[i] == nil {
			entries = append(entries, u.entries...)
		}
	}
	kept, err := keptEntries(ctx, tx, entries, last)
	if err != nil {
		return nil, err
	}
	for i, u := range undoings {
		for _, entry := range u.entries {
			if refusals[i] == nil {
				refusals[i] = kept[entry]
			}
		}
	}
	return refusals, nil
}

// reconciledDays returns up to which day each bank account is reconciled, and the last of those
// days, nil if none is.
func reconciledDays(ctx context.Context, tx *db.Tx) (through map[uuid.UUID]string, last *string, err error) {
	rows, err := tx.Query(ctx, `
select bank_account_id, max(statement_date)::text
from finance.reconciliations
where org_id = $1
and state = 'COMPLETED'
group by bank_account_id`, tx.Call().Organization.ID)
	if err != nil {
		return nil, nil, err
	}
	through = map[uuid.UUID]string{}
	var account uuid.UUID
	var date string
	_, err = pgx.ForEachRow(rows, []any{&account, &date}, func() error {
		if through[account] = date; last == nil || date > *last {
			day := date
			last = &day
		}
		return nil
	})
	return through, last, err
}

//go:embed kept_entries.sql
var selectKept string

// keptEntries returns what refuses to reverse entries without a date, as the database does when
// all is said. last is the last day that is reconciled.
func keptEntries(ctx context.Context, tx *db.Tx, entries []uuid.UUID, last *string) (map[uuid.UUID]error, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, selectKept, tx.Call().Organization.ID, entries, last)
	if err != nil {
		return nil, err
	}
	kept := map[uuid.UUID]error{}
	var key uuid.UUID
	var matched bool
	_, err = pgx.ForEachRow(rows, []any{&key, &matched}, func() error {
		entry := id.Format("jrn", key)
		if matched {
			kept[key] = fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_MATCHED, "A match takes from its entry %s; undo that first.", entry).About(entry)
		} else {
			kept[key] = fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_RECONCILED,
				"A completed reconciliation rests on its entry %s; reopen that first.", entry).About(entry)
		}
		return nil
	})
	return kept, err
}

// undoableMatches is the guard of matches whose lines or entry stay as they are.
func undoableMatches(ctx context.Context, tx *db.Tx, matches []*pb.BankMatch) ([]error, error) {
	var lines []string
	for _, m := range matches {
		lines = append(lines, linesOfMatch(m)...)
	}
	booked, err := bookedLines(ctx, tx, lines)
	if err != nil {
		return nil, err
	}
	undoings := make([]undoing, len(matches))
	for i, m := range matches {
		undoings[i].subject = m.Id
		for _, l := range m.Lines {
			undoings[i].lines = append(undoings[i].lines, booked[l.BankStatementLineId])
		}
		undoings[i].reverses(m.JournalEntryId)
	}
	return refuseUndoings(ctx, tx, undoings)
}

// undoableTransfers is undoableMatches for transfers.
func undoableTransfers(ctx context.Context, tx *db.Tx, transfers []*pb.BankTransfer) ([]error, error) {
	var lines []string
	for _, t := range transfers {
		lines = append(lines, t.OutgoingLineId, t.IncomingLineId)
	}
	booked, err := bookedLines(ctx, tx, lines)
	if err != nil {
		return nil, err
	}
	undoings := make([]undoing, len(transfers))
	for i, t := range transfers {
		undoings[i].subject = t.Id
		for _, key := range []string{t.OutgoingLineId, t.IncomingLineId} {
			if l, known := booked[key]; known {
				undoings[i].lines = append(undoings[i].lines, l)
			}
		}
		undoings[i].reverses(t.JournalEntryId)
	}
	return refuseUndoings(ctx, tx, undoings)
}

// undoableExpenses is undoableMatches for private expenses, which have no lines.
func undoableExpenses(ctx context.Context, tx *db.Tx, expenses []*pb.PrivateExpense) ([]error, error) {
	undoings := make([]undoing, len(expenses))
	for i, e := range expenses {
		undoings[i].subject = e.Id
		undoings[i].reverses(e.JournalEntryId)
	}
	return refuseUndoings(ctx, tx, undoings)
}

// bookedLines reads when lines were booked, by their ids.
func bookedLines(ctx context.Context, tx *db.Tx, ids []string) (map[string]bookedLine, error) {
	var keys []uuid.UUID
	for _, line := range ids {
		if key, err := id.Parse("bsl", line); err == nil {
			keys = append(keys, key)
		}
	}
	rows, err := tx.Query(ctx, `
select id, bank_account_id, booked_date::text
from finance.bank_statement_lines
where org_id = $1
and id = any($2)`, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	booked := map[string]bookedLine{}
	var key uuid.UUID
	var l bookedLine
	_, err = pgx.ForEachRow(rows, []any{&key, &l.account, &l.date}, func() error {
		booked[id.Format("bsl", key)] = l
		return nil
	})
	return booked, err
}

// matchedReversal refuses callers who want to reverse an entry from which a match takes. What a
// reconciliation rests on may be reversed on a later day.
var _ = ledger.GuardReversals(func(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) ([]error, error) {
	keys := make([]uuid.UUID, len(entries))
	for i, e := range entries {
		keys[i], _ = id.Parse("jrn", e.Id)
	}
	kept, err := keptEntries(ctx, tx, keys, nil)
	refusals := make([]error, len(entries))
	for i, key := range keys {
		refusals[i] = kept[key]
	}
	return refusals, err
})
