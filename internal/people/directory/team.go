package directory

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/people/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
)

// The reporting tree is also stored in platform.team_members, as one row for each pair of a manager
// and a person below that manager. Requests need it whenever a permission has the reach Team.

// selectBelow selects the persons below an employee.
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

// selectAbove selects the person of an employee and the persons above.
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

// deleteManagers deletes the pairs of the persons $2 with managers who are not among them.
const deleteManagers = `
delete from platform.team_members
where org_id = $1
and person_id = any($2)
and manager_id <> all($2)`

// insertManagers inserts all pairs of the managers $2 and the persons $3.
const insertManagers = `
insert into platform.team_members (org_id, manager_id, person_id)
select o.org_id, m.id, p.id
from platform.organizations o
cross join unnest($2::uuid[]) as m (id)
cross join unnest($3::uuid[]) as p (id)
where o.org_id = $1
on conflict do nothing`

// updateTeams stores the managers above an employee who is new or has a new manager, and above
// everyone below that employee. It locks the organization, so that concurrent moves run one after
// the other.
func updateTeams(ctx context.Context, tx *db.Tx, was, e *pb.Employee) error {
	if e.ManagerId == was.ManagerId {
		return nil
	}
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return err
	}
	team, err := employeeAndBelow(ctx, tx, e)
	if err != nil {
		return err
	}
	org := tx.Call().Organization.ID
	if _, err := tx.Exec(ctx, deleteManagers, org, team); err != nil || e.ManagerId == "" {
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
	_, err = tx.Exec(ctx, insertManagers, org, above, team)
	return err
}

// removeFromTeams deletes the managers above an employee who is deleted.
func removeFromTeams(ctx context.Context, tx *db.Tx, _, e *pb.Employee) error {
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return err
	}
	person, err := id.Parse("prs", e.PersonId)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, deleteManagers, tx.Call().Organization.ID, []uuid.UUID{person})
	return err
}

// employeeAndBelow returns the person of an employee and the persons below.
func employeeAndBelow(ctx context.Context, tx *db.Tx, e *pb.Employee) ([]uuid.UUID, error) {
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
