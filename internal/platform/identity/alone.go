package identity

import (
	"context"

	"backoffice/internal/platform/db"
)

// Alone makes units of work of one organization that call it wait for one another
// until they are committed, for rules over many records that no constraint can keep.
// A record that is locked too is locked before, always, so that nobody who holds this
// lock waits for a record of somebody who waits for it.
func Alone(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `
select
from platform.organizations
where org_id = $1
for no key update`, tx.Call().Organization.ID)
	return err
}
