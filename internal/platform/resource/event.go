package resource

import (
	"context"

	"backoffice/internal/platform/db"
)

// Record adds an event about a record to the transaction, with the record's owner and former owner.
// The event's type is the verb in the past tense, such as `updated`; Record prefixes it with the
// kind. The event of a record on a subject has that subject, so that the subject's history contains
// it. was and r are the record before and after the change, the same record if it was created or
// deleted.
func (k *Kind[R]) Record(ctx context.Context, tx *db.Tx, e db.Event, was, r R) error {
	e.Type, e.SubjectID = k.eventPrefix+"."+e.Type, k.table.ID(r)
	if k.ownership.subject != nil {
		return k.recordOnSubject(ctx, tx, e, r)
	}
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
