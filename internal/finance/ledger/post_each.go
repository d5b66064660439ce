package ledger

import (
	"context"
	"errors"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// PostEach is Post for many entries, with few statements. Those that cannot be posted are
// left out; what keeps each of them is at its place in refusals, nil of those that are
// posted.
func PostEach(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) (refusals []error, err error) {
	refusals = make([]error, len(entries))
	var refusal *fault.Error
	rule, err := posting(ctx, tx, entries...)
	switch {
	case errors.As(err, &refusal): // one keeps all; each is tried alone
		for i, e := range entries {
			if refusals[i] = Post(ctx, tx, e); refusals[i] != nil && !errors.As(refusals[i], &refusal) {
				return nil, refusals[i]
			}
		}
		return refusals, nil
	case err != nil:
		return nil, err
	}
	return journalEntries.InsertEach(ctx, tx, entries, func(int) {}, rule)
}
