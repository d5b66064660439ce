package banking

import (
	"context"
	_ "embed"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// undoEffect lists what undoing a record changes: statement lines that become undecided, and
// entries that are reversed. subject is the id of the record.
type undoEffect struct {
	subject string
	lines   []bookedLine
	entries []uuid.UUID
}

// bookedLine is the bank account and booked date of a statement line.
type bookedLine struct {
	account uuid.UUID
	date    string
}

// addEntry adds the entry with the given id, which may be "".
func (u *undoEffect) addEntry(entry string) {
	if key, err := id.Parse("jrn", entry); err == nil {
		u.entries = append(u.entries, key)
	}
}

// refuseUndo returns a refusal for each record that cannot be undone, or nil. Undoing must not
// change lines or entries that a completed reconciliation depends on, or reverse an entry that is
// matched.
func refuseUndo(ctx context.Context, tx *db.Tx, undoings []undoEffect) ([]error, error) {
	refusals := make([]error, len(undoings))
	through, last, err := loadReconciledDays(ctx, tx)
	if err != nil {
		return nil, err
	}
	var entries []uuid.UUID
	for i, u := range undoings {
		for _, l := range u.lines {
			if reconciled := through[l.account]; reconciled != "" && l.date <= reconciled {
				refusals[i] = fault.Refuse(optionsv1.Reason_BANK_STATEMENT_LINE_RECONCILED,
					"The bank account is reconciled up to %s; reopen that reconciliation first.", reconciled).
					WithSubject(u.subject)
			}
		}
		if refusals[i] == nil {
			entries = append(entries, u.entries...)
		}
	}
	kept, err := findIrreversible(ctx, tx, entries, last)
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

// loadReconciledDays returns the day up to which each bank account is reconciled, and the latest of
// those days, or nil.
func loadReconciledDays(ctx context.Context, tx *db.Tx) (through map[uuid.UUID]string, last *string, err error) {
	through, err = db.CollectMap[uuid.UUID, string](ctx, tx, `
select bank_account_id, max(statement_date)::text
from finance.reconciliations
where org_id = $1
and state = 'COMPLETED'
group by bank_account_id`, tx.Call().Organization.ID)
	if err == nil && len(through) > 0 {
		day := slices.Max(slices.Collect(maps.Values(through)))
		last = &day
	}
	return through, last, err
}

//go:embed irreversible_entries.sql
var selectIrreversible string

// findIrreversible returns, by entry id, why an entry cannot be reversed on its own date. The
// database enforces the same rule at commit. last is the latest reconciled day of all bank
// accounts.
func findIrreversible(ctx context.Context, tx *db.Tx, entries []uuid.UUID, last *string) (map[uuid.UUID]error, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	matched, err := db.CollectMap[uuid.UUID, bool](ctx, tx, selectIrreversible, tx.Call().Organization.ID, entries, last)
	kept := map[uuid.UUID]error{}
	for key, isMatched := range matched {
		entry := id.Format("jrn", key)
		if isMatched {
			kept[key] = fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_MATCHED,
				"The journal entry %s is matched; undo the match first.", entry).WithSubject(entry)
		} else {
			kept[key] = fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_RECONCILED,
				"A completed reconciliation includes the journal entry %s; reopen the reconciliation first.", entry).
				WithSubject(entry)
		}
	}
	return kept, err
}

// undoableDecision is a record that can be undone, with the statement lines that it decided and the
// entry that it posted, if any.
type undoableDecision struct {
	id    string
	lines []string
	entry string
}

// guardUndoMatches refuses to undo matches with reconciled lines, or with an entry
// that cannot be reversed.
func guardUndoMatches(ctx context.Context, tx *db.Tx, matches []*pb.BankMatch) ([]error, error) {
	decisions := make([]undoableDecision, len(matches))
	for i, m := range matches {
		decisions[i] = undoableDecision{m.Id, matchLineIDs(m), m.JournalEntryId}
	}
	return refuseUndoDecisions(ctx, tx, decisions)
}

// guardUndoTransfers does the same as guardUndoMatches for transfers.
func guardUndoTransfers(ctx context.Context, tx *db.Tx, transfers []*pb.BankTransfer) ([]error, error) {
	decisions := make([]undoableDecision, len(transfers))
	for i, t := range transfers {
		decisions[i] = undoableDecision{t.Id, []string{t.OutgoingLineId, t.IncomingLineId}, t.JournalEntryId}
	}
	return refuseUndoDecisions(ctx, tx, decisions)
}

// guardUndoExpenses does the same as guardUndoMatches for private expenses, which have no lines.
func guardUndoExpenses(ctx context.Context, tx *db.Tx, expenses []*pb.PrivateExpense) ([]error, error) {
	decisions := make([]undoableDecision, len(expenses))
	for i, e := range expenses {
		decisions[i] = undoableDecision{e.Id, nil, e.JournalEntryId}
	}
	return refuseUndoDecisions(ctx, tx, decisions)
}

// refuseUndoDecisions returns a refusal for each decision that cannot be undone, or nil.
func refuseUndoDecisions(ctx context.Context, tx *db.Tx, decisions []undoableDecision) ([]error, error) {
	var lines []string
	for _, d := range decisions {
		lines = append(lines, d.lines...)
	}
	booked, err := loadBookedLines(ctx, tx, lines)
	if err != nil {
		return nil, err
	}
	undoings := make([]undoEffect, len(decisions))
	for i, d := range decisions {
		undoings[i].subject = d.id
		for _, line := range d.lines {
			if l, known := booked[line]; known {
				undoings[i].lines = append(undoings[i].lines, l)
			}
		}
		undoings[i].addEntry(d.entry)
	}
	return refuseUndo(ctx, tx, undoings)
}

// loadBookedLines returns the bank account and booked date of lines, by id.
func loadBookedLines(ctx context.Context, tx *db.Tx, ids []string) (map[string]bookedLine, error) {
	var keys []uuid.UUID
	for _, line := range ids {
		if key, err := id.Parse("bsl", line); err == nil {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil, nil
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

// refuseMatchedReversal is the guard that refuses to reverse matched entries. Reconciled entries
// can be reversed on a later day, so they are checked when the date is known.
func refuseMatchedReversal(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) ([]error, error) {
	keys, err := id.ParseEach("jrn", entries, (*pb.JournalEntry).GetId)
	if err != nil {
		return nil, err
	}
	kept, err := findIrreversible(ctx, tx, keys, nil)
	refusals := make([]error, len(entries))
	for i, key := range keys {
		refusals[i] = kept[key]
	}
	return refusals, err
}
