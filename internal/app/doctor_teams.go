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

// selectTeamDifferences selects the pairs of a manager and a person that are only in
// platform.team_members or only in the reporting tree of the employees.
const selectTeamDifferences = `
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
select coalesce(t.manager_id, w.manager_id) as manager_id,
  coalesce(t.person_id, w.person_id) as person_id,
  w.person_id is null as missing
from tree t
full join written w on w.manager_id = t.manager_id and w.person_id = t.person_id
where t.person_id is null
or w.person_id is null
order by 1, 2`

// teamDifference is a pair that is only in platform.team_members or only in the reporting tree.
type teamDifference struct {
	ManagerID, PersonID uuid.UUID
	// Missing is true if platform.team_members lacks the pair, false if it should not have it.
	Missing bool
}

// checkTeams compares platform.team_members, which decides what the reach TEAM covers, with the
// organization's reporting tree. It writes a line with the differences, or with the error that
// prevented the check. It returns true if there are no differences. conn belongs to the login that
// owns the tables.
func (o organization) checkTeams(ctx context.Context, conn *pgx.Conn, out io.Writer) bool {
	// CollectRows returns the error of Query too.
	rows, _ := conn.Query(ctx, selectTeamDifferences, o.ID)
	differences, err := pgx.CollectRows(rows, pgx.RowToStructByName[teamDifference])
	if err != nil {
		fmt.Fprintf(out, "Teams of %s: cannot be checked: %v\n", o.name(), err)
		return false
	}
	result := "ok"
	if len(differences) > 0 {
		var listed []string
		for _, d := range differences[:min(len(differences), maxListed)] {
			problem := "must not be in the team of"
			if d.Missing {
				problem = "is missing from the team of"
			}
			listed = append(listed, fmt.Sprintf("%s %s %s", id.Format("prs", d.PersonID), problem,
				id.Format("prs", d.ManagerID)))
		}
		result = fmt.Sprintf("%d pairs differ from the reporting tree: %s", len(differences), strings.Join(listed, "; "))
	}
	fmt.Fprintf(out, "Teams of %s: %s\n", o.name(), result)
	return len(differences) == 0
}
