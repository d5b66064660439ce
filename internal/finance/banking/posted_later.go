package banking

import (
	"context"
	_ "embed"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
)

//go:embed posted_later.sql
var selectPostedLater string

// laterLine is a statement line that the bank booked by a day, and whose entry is dated later. It
// is on the statement of that day and not yet in the books.
type laterLine struct {
	// Decision is the match that decided the line, or else the line. Entry is its last entry.
	ID, Decision, Entry                      uuid.UUID
	Date, PostingDate                        string
	Description, CounterpartyName, Reference string
	// Minor is the amount of the line in minor units. Taken is the part of its whole decision that
	// is in the books.
	Minor, Taken int64
}

// findPostedLater returns the lines on the statement of a reconciliation whose entries are dated
// after it, with the parts of their amounts that are not in the books by then.
func findPostedLater(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) ([]laterLine, error) {
	account, err := bankAccounts.Table().Key(r.BankAccountId)
	if err != nil {
		return nil, err
	}
	c := tx.Call().Organization
	lines, err := db.Collect[laterLine](ctx, tx, selectPostedLater, c.ID, account, r.StatementDate, c.CurrencyCode)
	return laterParts(lines), err
}

// laterParts returns the parts of lines that are not in the books, without lines that are there as
// a whole. The lines of a decision must be adjacent.
func laterParts(lines []laterLine) (later []laterLine) {
	type part struct{ line, decision uuid.UUID }
	all := make([]outstandingLine, len(lines))
	for i, l := range lines {
		all[i] = outstandingLine{ID: l.ID, Entry: l.Decision, Minor: l.Minor, Taken: l.Taken}
	}
	open := map[part]int64{}
	for _, l := range openParts(all) {
		open[part{l.ID, l.Entry}] = l.Minor
	}
	for _, l := range lines {
		if l.Minor = open[part{l.ID, l.Decision}]; l.Minor != 0 {
			later = append(later, l)
		}
	}
	return later
}
