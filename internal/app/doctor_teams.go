package app

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/id"
)

// selectWrongTeams are the pairs of a manager and a person that platform.team_members has and
// the reporting tree of the employees has not, or the other way round.
const selectWrongTeams = `
with recursive above (person_id, manager_id) as (
  select e.person_id, e.manager_id
  from people.employees e
  where e.org_id = $1
  and e.manager_id is not null
  union
  select a.person_id, m.manager_id
  from above a
  join people.employees m on m.org_id = $1 and m.id = a.manager_id
  where m.manager_id is not null
),
tree (manager_id, person_id) as (
  select m.person_id, a.person_id
  from above a
  join people.employees m on m.org_id = $1 and m.id = a.manager_id
),
written (manager_id, person_id) as (
  select t.manager_id, t.person_id
  from platform.team_members t
  where t.org_id = $1
)
select coalesce(t.manager_id, w.manager_id) as manager_id, coalesce(t.person_id, w.person_id) as person_id, w.person_id is null as missing
from tree t
full join written w on w.manager_id = t.manager_id and w.person_id = t.person_id
where t.person_id is null
or w.person_id is null
order by 1, 2`

// wrongTeam is a pair that is missing, or that should not be there.
type wrongTeam struct {
	ManagerID, PersonID uuid.UUID
	Missing             bool
}

// checkTeams compares the written teams of an organization, which decide what TEAM reaches,
// with its reporting tree, and writes a line of what differs. It reads as the login that owns
// the tables.
func (t tenant) checkTeams(ctx context.Context, conn *pgx.Conn, out io.Writer) (sound bool, err error) {
	rows, err := conn.Query(ctx, selectWrongTeams, t.ID)
	if err != nil {
		return false, err
	}
	wrong, err := pgx.CollectRows(rows, pgx.RowToStructByName[wrongTeam])
	if err != nil {
		return false, err
	}
	answer := "yes"
	if len(wrong) > 0 {
		var named []string
		for _, w := range wrong[:min(len(wrong), maxNamed)] {
			fault := "must not be in the team of"
			if w.Missing {
				fault = "is missing from the team of"
			}
			named = append(named, fmt.Sprintf("%s %s %s", id.Format("prs", w.PersonID), fault, id.Format("prs", w.ManagerID)))
		}
		answer = fmt.Sprintf("%d pairs differ from the reporting tree: %s", len(wrong), strings.Join(named, "; "))
	}
	fmt.Fprintf(out, "Are the teams of %s (%s) those of its reporting tree? %s\n", t.DisplayName, id.Format("org", t.ID), answer)
	return len(wrong) == 0, nil
}
