package identity

import (
	"context"

	"backoffice/internal/platform/db"
)

// LockOrganization makes units of work of one organization that call it wait for one another
// until they are committed, for rules over many records that no constraint can keep.
// It is the last lock of a unit of work, so that nobody who holds it waits for a record of
// somebody who waits for it.
func LockOrganization(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, tx.Locking(db.RankOrganization, `
select
from platform.organizations
where org_id = $1
for no key update`, ownRow(tx)), tx.Call().Organization.ID)
	return err
}

// HoldsOrganizationLock reports whether the unit of work has called Alone.
func HoldsOrganizationLock(tx *db.Tx) bool { return tx.HoldsLocks(ownRow(tx)) }

func ownRow(tx *db.Tx) db.Row {
	return db.Row{Table: organizations.Table().Name(), Key: tx.Call().Organization.ID}
}
