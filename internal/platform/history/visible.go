package history

import (
	"context"

	"github.com/google/uuid"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/table"
)

// selectTeam are the persons below a manager.
const selectTeam = `
select m.person_id
from platform.team_members m
where m.org_id = $1
and m.manager_id = $2
order by m.person_id`

// visible are the events that the caller may see, as branches of the log: those of the
// kinds that they may read all of, and of other kinds those about records that are or, just
// before, were theirs or their team's. all is true for a caller who may see everything.
func visible(ctx context.Context, tx *db.Tx) (branches []table.Branch, all bool, err error) {
	c := tx.Call()
	kinds := map[call.Reach][]string{}
	for prefix, kind := range tx.Kinds().All() {
		reach := kind.ReadReach(c)
		kinds[reach] = append(kinds[reach], prefix)
	}
	if len(kinds[call.None])+len(kinds[call.Own])+len(kinds[call.Team]) == 0 {
		return nil, true, nil
	}
	if len(kinds[call.All]) > 0 {
		branches = append(branches, table.Branch{Column: "kind", Values: kinds[call.All], Type: "text"})
	}
	if len(kinds[call.Own]) > 0 {
		branches = append(branches, ownedBy([]uuid.UUID{c.PersonID}, kinds[call.Own])...)
	}
	if len(kinds[call.Team]) > 0 {
		team, err := db.CollectColumn[uuid.UUID](ctx, tx, selectTeam, c.Organization.ID, c.PersonID)
		if err != nil {
			return nil, false, err
		}
		branches = append(branches, ownedBy(append(team, c.PersonID), kinds[call.Team])...)
	}
	return branches, false, nil
}

// ownedBy are the events of some kinds about records that are or were some persons'.
func ownedBy(persons []uuid.UUID, kinds []string) []table.Branch {
	return []table.Branch{
		{Column: "owner_id", Values: persons, Type: "uuid", AndColumn: "kind", AndValues: kinds},
		{Column: "was_owner_id", Values: persons, Type: "uuid", AndColumn: "kind", AndValues: kinds},
	}
}

// amongVisible narrows a list of events to those that the caller may see.
func amongVisible(ctx context.Context, tx *db.Tx, q *table.Query) error {
	branches, all, err := visible(ctx, tx)
	if err == nil && !all {
		q.Branches = append([]table.Branch{}, branches...)
	}
	return err
}
