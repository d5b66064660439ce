package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// LockUnreversedEntry reads the posted entry that a field references, and locks it so that it is
// not reversed before the transaction ends. It refuses an entry that does not exist, is a draft, is
// reversed, or is a reversal.
func LockUnreversedEntry(ctx context.Context, tx *db.Tx, field, key string) (*pb.JournalEntry, error) {
	if _, err := ResolvePostedEntry(ctx, tx, field, key); err != nil {
		return nil, err
	}
	e, err := journalEntries.Table().Lock(ctx, tx, key)
	if err != nil {
		return nil, err
	}
	if e.ReversedById != "" || e.ReversesId != "" {
		return nil, fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_REVERSED,
			"The entry is reversed, or is a reversal of another entry.").WithSubject(e.Id)
	}
	return e, nil
}
