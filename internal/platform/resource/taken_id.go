package resource

import (
	"context"

	"google.golang.org/grpc/codes"

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

// checkExternalIDs refuses new records whose external ids are taken, or are those of earlier ones,
// each at its path. The unique index decides if another transaction stores the same id
// concurrently.
func (k *Kind[R]) checkExternalIDs(ctx context.Context, tx *db.Tx, records []R, at func(i int) string) error {
	var ids []string
	for _, r := range records {
		if externalID := k.table.ExternalID(r); externalID != "" {
			ids = append(ids, externalID)
		}
	}
	if ids == nil {
		return nil
	}
	taken, err := k.table.TakenExternalIDs(ctx, tx, ids)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, externalID := range taken {
		known[externalID] = true
	}
	var fields []fault.Field
	for i, r := range records {
		externalID := k.table.ExternalID(r)
		if externalID != "" && known[externalID] {
			fields = append(fields, fault.At(at(i)+".externalId", "is %q, as that of another record", externalID))
		}
		known[externalID] = true
	}
	if fields == nil {
		return nil
	}
	refusal := fault.InvalidFor(optionsv1.Reason_EXTERNAL_ID_TAKEN, fields...)
	refusal.Code = codes.AlreadyExists
	return refusal
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
