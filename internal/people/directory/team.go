package directory

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/people/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
)

// The reporting tree is written down as pairs of a person and somebody below them, since
// permissions reach a team in every request.

// selectBelow are the persons below an employee.
const selectBelow = `
with recursive below (id, person_id) as (
  select e.id, e.person_id
  from people.employees e
  where e.org_id = $1
  and e.manager_id = $2
  union
  select e.id, e.person_id
  from below b
  join people.employees e on e.org_id = $1 and e.manager_id = b.id
)
select b.person_id
from below b`

// selectAbove are the persons of an employee and of those above.
const selectAbove = `
with recursive above (id, person_id, manager_id) as (
  select e.id, e.person_id, e.manager_id
  from people.employees e
  where e.org_id = $1
  and e.id = $2
  union
  select e.id, e.person_id, e.manager_id
  from above a
  join people.employees e on e.org_id = $1 and e.id = a.manager_id
)
select a.person_id
from above a`

const deleteAbove = `
delete from platform.team_members
where org_id = $1
and person_id = any($2)
and manager_id <> all($2)`

const insertAbove = `
insert into platform.team_members (org_id, manager_id, person_id)
select o.org_id, m.id, p.id
from platform.organizations o
cross join unnest($2::uuid[]) as m (id)
cross join unnest($3::uuid[]) as p (id)
where o.org_id = $1
on conflict do nothing`

// joinTeam writes down who is above an employee that is new or has a new manager, and so
// above everybody below them. Two moves at the same time wait for each other.
func joinTeam(ctx context.Context, tx *db.Tx, was, e *pb.Employee) error {
	if e.ManagerId == was.ManagerId {
		return nil
	}
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return err
	}
	team, err := teamOf(ctx, tx, e)
	if err != nil {
		return err
	}
	org := tx.Call().Organization.ID
	if _, err := tx.Exec(ctx, deleteAbove, org, team); err != nil || e.ManagerId == "" {
		return err
	}
	manager, err := employees.Table().Key(e.ManagerId)
	if err != nil {
		return err
	}
	above, err := db.CollectColumn[uuid.UUID](ctx, tx, selectAbove, org, manager)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertAbove, org, above, team)
	return err
}

// leaveTeam forgets who is above an employee that is deleted.
func leaveTeam(ctx context.Context, tx *db.Tx, _, e *pb.Employee) error {
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return err
	}
	person, err := id.Parse("prs", e.PersonId)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, deleteAbove, tx.Call().Organization.ID, []uuid.UUID{person})
	return err
}

// teamOf are the persons of an employee and of those below.
func teamOf(ctx context.Context, tx *db.Tx, e *pb.Employee) ([]uuid.UUID, error) {
	key, err := employees.Table().Key(e.Id)
	if err != nil {
		return nil, err
	}
	person, err := id.Parse("prs", e.PersonId)
	if err != nil {
		return nil, err
	}
	below, err := db.CollectColumn[uuid.UUID](ctx, tx, selectBelow, tx.Call().Organization.ID, key)
	return append(below, person), err
}
