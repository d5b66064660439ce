package identity

import (
	"context"

	"backoffice/internal/platform/db"
)

// ActivePerson refuses a field that names a person who does not exist or is
// archived; an empty field names nobody.
func ActivePerson(ctx context.Context, tx *db.Tx, field, personID string) error {
	return persons.Usable(ctx, tx, field, personID)
}
