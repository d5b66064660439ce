package ledger

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/series"
)

// entryNumbers is the number series of posted entries. A posting does not take its number itself:
// the lock of the series would let the organization's postings commit only one after another. The
// entries get their numbers when they are sealed, up to sealBatchSize with one lock. They are
// sealed by position, so their order is that of posting, even if sealing is interrupted.
var entryNumbers = series.Definition{
	Kind: "finance.journalEntry", DisplayName: "Journal entries", Format: "{NUMBER}",
}

// takeNumbers returns the next numbers for entries, in this order.
func takeNumbers(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) ([]string, error) {
	dates := make([]calendar.Date, len(entries))
	for i, e := range entries {
		var err error
		if dates[i], err = calendar.ParseDate(e.Date); err != nil {
			return nil, err
		}
	}
	return series.NextMany(ctx, tx, entryNumbers, dates)
}

// loadNumbers fills in the numbers of entries.
func loadNumbers(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) error {
	var keys []uuid.UUID
	for _, e := range entries {
		if !isPosted(e) {
			continue
		}
		key, err := id.Parse("jrn", e.Id)
		if err != nil {
			return err
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil
	}
	numbers, err := db.CollectMap[uuid.UUID, string](ctx, tx, `
select journal_entry_id, entry_number
from finance.journal_seals
where org_id = $1
and journal_entry_id = any($2)`, tx.Call().Organization.ID, keys)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if key, err := id.Parse("jrn", e.Id); err == nil {
			e.Number = numbers[key]
		}
	}
	return nil
}
