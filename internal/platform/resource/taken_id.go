package resource

import (
	"context"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// explainTaken turns the violation of a unique identifier of the record in into ID_TAKEN or
// EXTERNAL_ID_TAKEN. The error contains the existing record if the caller may read it, so that a
// client that lost the response to its own request can find the record.
func (k *Kind[R]) explainTaken(ctx context.Context, d *db.DB, in R, err error) error {
	switch fault.Constraint(err) {
	case k.table.PrimaryKey():
		key := k.table.ID(in)
		e := fault.Taken(optionsv1.Reason_ID_TAKEN, "A record %q already exists.", key).WithSubject(key)
		if current, found := k.readTaken(ctx, d, "id", key); found {
			e.Record = current
		}
		return e
	case k.table.ExternalIDIndex():
		externalID := k.table.ExternalID(k.FromRequest(in))
		e := fault.Taken(optionsv1.Reason_EXTERNAL_ID_TAKEN, "Another record has the external id %q.", externalID)
		if current, found := k.readTaken(ctx, d, "external_id", externalID); found {
			e.Record, e.SubjectID = current, k.table.ID(current)
		}
		return e
	}
	return err
}

// readTaken reads the record with a unique value in a column, if the caller may read it.
func (k *Kind[R]) readTaken(ctx context.Context, d *db.DB, column, value string) (r R, found bool) {
	if !call.From(ctx).Allows(k.readPermission) {
		return r, false
	}
	records, err := db.Read(ctx, d, func(ctx context.Context, tx *db.Tx) ([]R, error) {
		owners := k.ownersWithin(tx.Call(), k.readPermission)
		if column == "id" {
			r, err := k.table.GetOwned(ctx, tx, value, owners)
			if err != nil {
				return nil, err
			}
			return []R{r}, k.checkSubjectsReadable(ctx, tx, r)
		}
		records, _, err := k.table.Select(ctx, tx, table.Query{
			Within: []table.Equal{{Column: column, Value: value}}, Owners: owners, Archived: true, Limit: 1,
		})
		return records, err
	})
	if err != nil || len(records) == 0 {
		return r, false
	}
	return records[0], true
}
