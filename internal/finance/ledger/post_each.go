package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
)

// PostEach is Post for many entries, with few statements. Those that cannot be posted are
// left out; what keeps each of them is at its place in refusals, nil of those that are
// posted.
func PostEach(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) (refusals []error, err error) {
	rule, err := posting(ctx, tx, entries...)
	if err != nil {
		return nil, err
	}
	return journalEntries.InsertEach(ctx, tx, entries, func(int) {}, rule)
}
