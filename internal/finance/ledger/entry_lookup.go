package ledger

import (
	"context"
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

// LockEntries locks the posted entries that a transaction will match, before it posts. It ignores
// entries that do not exist.
func LockEntries(ctx context.Context, tx *db.Tx, ids []string) error {
	found, err := FindEntries(ctx, tx, ids)
	if err != nil {
		return err
	}
	_, err = journalEntries.Table().LockMany(ctx, tx, slices.Collect(maps.Keys(found)))
	return err
}

// FindEntries returns the entries that exist, by id.
func FindEntries(ctx context.Context, tx *db.Tx, ids []string) (map[string]*pb.JournalEntry, error) {
	return journalEntries.Table().GetExisting(ctx, tx, ids)
}

// RecodingsOf returns the ids of the entries that move amounts of other entries and are not
// reversed, by the id of the other entry. It ignores empty ids.
func RecodingsOf(ctx context.Context, tx *db.Tx, entries []string) (map[string][]string, error) {
	var keys []uuid.UUID
	for _, e := range entries {
		if key, err := id.Parse("jrn", e); err == nil {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `
select recodes_id, id
from finance.journal_entries
where org_id = $1
and recodes_id = any($2)
and reverses_id is null
and reversed_by_id is null
order by id`, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	found := map[string][]string{}
	var recoded, key uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&recoded, &key}, func() error {
		of := id.Format("jrn", recoded)
		found[of] = append(found[of], id.Format("jrn", key))
		return nil
	})
	return found, err
}
