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

// lock locks all that an import may take, the organization last, and returns the entry of the
// import before it, or nil. It refuses a second import unless the caller wants the first one
// replaced.
func (o *opening) lock(ctx context.Context, tx *db.Tx) (before *pb.JournalEntry, err error) {
	if before, err = standingOpening(ctx, tx); err != nil {
		return nil, err
	}
	if before != nil && !o.req.GetReplace() {
		return nil, fault.Taken(optionsv1.Reason_OPENING_BALANCES_IMPORTED,
			"Opening balances of %s are booked already; replace them, or reverse their entry.", before.Date).WithSubject(before.Id)
	}
	dated := []*pb.JournalEntry{{Date: o.req.GetDate()}}
	if before != nil {
		if _, err := journalEntries.Table().Lock(ctx, tx, before.Id); err != nil {
			return nil, err
		}
		dated = append(dated, &pb.JournalEntry{Date: before.Date})
	}
	chart, err := readOpeningChart(ctx, tx)
	if err != nil {
		return nil, err
	}
	dated[0].Lines = chart.lines()
	if err := LockForPosting(ctx, tx, dated...); err != nil {
		return nil, err
	}
	// Two imports at once would both find none before them.
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return nil, err
	}
	again, err := standingOpening(ctx, tx)
	if err == nil && again.GetId() != before.GetId() {
		err = db.RowsChanged("opening balances were imported meanwhile")
	}
	return before, err
}

// lines name all accounts and dimension values.
func (c *openingChart) lines() []*pb.JournalLine {
	var lines []*pb.JournalLine
	for account := range c.byID {
		lines = append(lines, &pb.JournalLine{AccountId: account})
	}
	for _, values := range c.values {
		lines = append(lines, &pb.JournalLine{DimensionValueIds: slices.Collect(maps.Values(values))})
	}
	return lines
}

// stillLocked has the import tried again if it names an account or a dimension value that was
// made after the chart was locked. Those that it makes itself are nobody else's.
func (o *opening) stillLocked(tx *db.Tx, e *pb.JournalEntry) error {
	held := db.TxLocal[locked](tx)
	for _, a := range o.fresh {
		held.addRecords(a.Id)
	}
	for _, l := range e.Lines {
		if !held.holdsRecords(append([]string{l.AccountId}, l.DimensionValueIds...)) {
			return db.RowsChanged("the chart of accounts changed meanwhile")
		}
	}
	return nil
}

// standingOpening is the entry of the import that stands, or nil.
func standingOpening(ctx context.Context, tx *db.Tx) (*pb.JournalEntry, error) {
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
