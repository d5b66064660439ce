package directory

import (
	"context"

	"google.golang.org/protobuf/proto"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/resource"
)

// selectIsDepartmentAbove selects whether department $3 is department $2 or above it.
const selectIsDepartmentAbove = `
with recursive above (id, parent_id) as (
  select d.id, d.parent_department_id
  from people.departments d
  where d.org_id = $1
  and d.id = $2
  union
  select d.id, d.parent_department_id
  from above a
  join people.departments d on d.org_id = $1 and d.id = a.parent_id
)
select exists (select from above where id = $3)`

// selectIsManagerAbove selects whether employee $3 is employee $2 or a direct or indirect manager
// of $2.
const selectIsManagerAbove = `
with recursive above (id, manager_id) as (
  select e.id, e.manager_id
  from people.employees e
  where e.org_id = $1
  and e.id = $2
  union
  select e.id, e.manager_id
  from above a
  join people.employees e on e.org_id = $1 and e.id = a.manager_id
)
select exists (select from above where id = $3)`

// isAbove reports whether candidate is below's record or above it, by one of the queries above. It
// locks the organization first. Otherwise two concurrent moves could form a cycle, because each
// would see the other record at its old place.
func isAbove[R proto.Message](
	ctx context.Context, tx *db.Tx, kind *resource.Kind[R], query, below, candidate string,
) (isAbove bool, err error) {
	belowKey, err := kind.Table().Key(below)
	if err != nil {
		return false, err
	}
	candidateKey, err := kind.Table().Key(candidate)
	if err != nil {
		return false, err
	}
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return false, err
	}
	// This must be a separate statement, so that its snapshot is taken after the lock.
	return isAbove, tx.QueryRow(ctx, query, tx.Call().Organization.ID, belowKey, candidateKey).Scan(&isAbove)
}
