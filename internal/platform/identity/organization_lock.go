package identity

import (
	"context"

	"backoffice/internal/platform/db"
)

// LockOrganization locks the organization's row until the unit of work ends. Units of work of one
// organization that call it therefore run one after another. Use it for rules over many records
// that no constraint can enforce. It must be the last lock of a unit of work, so that two units
// of work cannot wait for each other.
func LockOrganization(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, tx.Locking(db.RankOrganization, `
select
from platform.organizations
where org_id = $1
for no key update`, organizationRow(tx)), tx.Call().Organization.ID)
	return err
}

// HoldsOrganizationLock reports whether the unit of work has called LockOrganization.
func HoldsOrganizationLock(tx *db.Tx) bool { return tx.HoldsLocks(organizationRow(tx)) }

func organizationRow(tx *db.Tx) db.Row {
	return db.Row{Table: organizations.Table().Name(), Key: tx.Call().Organization.ID}
}
