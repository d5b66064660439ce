package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
)

const selectRightsOfPersons = `
select k.person_id, k.role, k.scopes
from platform.api_keys k
join platform.persons p on p.org_id = $1 and p.id = k.person_id
where k.org_id = $1
and k.person_id = any($2)
and k.state = 'ACTIVE'
and (k.expire_time is null or k.expire_time > $3)
and p.archive_time is null
order by k.person_id, k.id`

// CallsOf returns a call of each person, with the person's current rights: the widest of all their
// active keys. It omits persons who are archived or have no active key. The call of the transaction
// must have a policy.
func CallsOf(ctx context.Context, tx *db.Tx, persons []uuid.UUID) ([]*call.Call, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	caller := tx.Call()
	if caller.Policy == nil {
		return nil, fmt.Errorf("cannot find the rights of persons: the call %q has no policy", caller.Method)
	}
	type row struct {
		PersonID uuid.UUID
		Role     string
		Scopes   []string
	}
	found, err := db.Collect[row](ctx, tx, selectRightsOfPersons, caller.Organization.ID, persons, caller.Now())
	if err != nil {
		return nil, err
	}
	var calls []*call.Call
	for i := 0; i < len(found); {
		var keys []actorKey
		person := found[i].PersonID
		for ; i < len(found) && found[i].PersonID == person; i++ {
			keys = append(keys, actorKey{Role: &found[i].Role, Scopes: found[i].Scopes})
		}
		c := *caller
		c.PersonID, c.KeyID, c.KeyExpireTime = person, uuid.Nil, time.Time{}
		c.Reach = widestReach(c.Policy, keys)
		calls = append(calls, &c)
	}
	return calls, nil
}
