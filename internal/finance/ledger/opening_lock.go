package ledger

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
)

// lock locks all rows that the import may need, the organization last. It returns the entry of the
// previous import, or nil. It refuses a second import unless replace is set.
func (o *opening) lock(ctx context.Context, tx *db.Tx) (before *pb.JournalEntry, err error) {
	if before, err = OpeningEntry(ctx, tx); err != nil {
		return nil, err
	}
	if before != nil && !o.req.GetReplace() {
		return nil, fault.Taken(optionsv1.Reason_OPENING_BALANCES_IMPORTED,
			"Opening balances of %s are already imported. Set replace, or reverse their entry first.",
			before.Date).WithSubject(before.Id)
	}
	dated := []*pb.JournalEntry{{Date: o.req.GetDate()}}
	if before != nil {
		if _, err := journalEntries.Table().Lock(ctx, tx, before.Id); err != nil {
			return nil, err
		}
		dated = append(dated, &pb.JournalEntry{Date: before.Date})
	}
	chart, err := readAccountIndex(ctx, tx)
	if err != nil {
		return nil, err
	}
	dated[0].Lines = chart.lines()
	if err := LockForPosting(ctx, tx, dated...); err != nil {
		return nil, err
	}
	// Without this lock two concurrent imports would both find no previous one.
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return nil, err
	}
	again, err := OpeningEntry(ctx, tx)
	if err == nil && again.GetId() != before.GetId() {
		err = db.RowsChanged("opening balances were imported concurrently")
	}
	return before, err
}

// lines returns lines that together reference all accounts and dimension values, for locking.
func (c *accountIndex) lines() []*pb.JournalLine {
	var lines []*pb.JournalLine
	for account := range c.byID {
		lines = append(lines, &pb.JournalLine{AccountId: account})
	}
	for _, values := range c.values {
		lines = append(lines, &pb.JournalLine{DimensionValueIds: slices.Collect(maps.Values(values))})
	}
	return lines
}

// checkLocked makes the transaction retry if the entry references an account or dimension value
// that was created after the chart was locked. Accounts that the import itself creates need no
// lock.
func (o *opening) checkLocked(tx *db.Tx, e *pb.JournalEntry) error {
	held := db.TxLocal[heldLocks](tx)
	for _, a := range o.newAccounts {
		held.addRecords(a.Id)
	}
	for _, l := range e.Lines {
		if !held.holdsRecords(append([]string{l.AccountId}, l.DimensionValueIds...)) {
			return db.RowsChanged("the chart of accounts changed concurrently")
		}
	}
	return nil
}

// OpeningEntry returns the entry of the opening balances, or nil if none are imported.
func OpeningEntry(ctx context.Context, tx *db.Tx) (*pb.JournalEntry, error) {
	var key uuid.UUID
	err := tx.QueryRow(ctx, `
select id
from finance.journal_entries
where org_id = $1
and source = 'OPENING_BALANCE_IMPORT'
and state = 'POSTED'
and reverses_id is null
and reversed_by_id is null`, tx.Call().Organization.ID).Scan(&key)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return journalEntries.Find(ctx, tx, id.Format("jrn", key))
}
