package resource

import (
	"context"

	"backoffice/internal/platform/db"
)

// Record adds an event about a record to the unit of work, with whose the record was and
// is. The type is the verb in the past, such as `updated`.
func (k *Kind[R]) Record(ctx context.Context, tx *db.Tx, e db.Event, was, r R) error {
	e.Type, e.SubjectID = k.noun+"."+e.Type, k.table.ID(r)
	if k.ownership.field != nil {
		owners, err := k.ownersOf(ctx, tx, []R{was, r})
		if err != nil {
			return err
		}
		e.OwnerID = owners[1]
		if owners[0] != owners[1] {
			e.WasOwnerID = owners[0]
		}
	}
	tx.Record(e)
	return nil
}
