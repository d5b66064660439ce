package identity

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	"backoffice/internal/platform/db"
)

type timestamp = timestamppb.Timestamp

// ActivePerson refuses a field that names a person who does not exist or is
// archived; an empty field names nobody.
func ActivePerson(ctx context.Context, tx *db.Tx, field, personID string) error {
	return persons.Usable(ctx, tx, field, personID)
}
