package directory

import (
	"context"

	"google.golang.org/protobuf/proto"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/resource"
)

// departmentAbove tells whether $3 is $2 or a department above it.
const departmentAbove = `
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

// managerAbove tells whether $3 is $2 or somebody whom $2 reports to, directly or not.
const managerAbove = `
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

// isAbove asks one of the queries above. Two moves at the same time could close a
// circle, since each would see the other's record where it was; so each waits for the
// one before it.
func isAbove[R proto.Message](ctx context.Context, tx *db.Tx, kind *resource.Kind[R], query, of, candidate string) (above bool, err error) {
	from, err := kind.Table().Key(of)
	if err != nil {
		return false, err
	}
	to, err := kind.Table().Key(candidate)
	if err != nil {
		return false, err
	}
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return false, err
	}
	// A statement of its own, whose snapshot is younger than the lock.
	return above, tx.QueryRow(ctx, query, tx.Call().Organization.ID, from, to).Scan(&above)
}
