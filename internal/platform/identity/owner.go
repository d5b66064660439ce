package identity

import (
	"context"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

const selectOtherOwners = `
select exists (
  select
  from platform.api_keys k
  join platform.persons p on p.org_id = $1 and p.id = k.person_id
  where k.org_id = $1
  and k.role = 'OWNER'
  and k.scopes = '{}'
  and k.state = 'ACTIVE'
  and (k.expire_time is null or k.expire_time > $2)
  and p.archive_time is null
  and k.id is distinct from $3
  and p.id is distinct from $4
)`

// keepsOwner refuses to take a key or a person away when nobody else could act as the
// owner: there would be no way back.
func keepsOwner(ctx context.Context, tx *db.Tx, keyID, personID string) error {
	// Two owners who take each other away at once must meet.
	if err := Alone(ctx, tx); err != nil {
		return err
	}
	key, person := pgUUID("key", keyID), pgUUID("prs", personID)
	var other bool
	if err := tx.QueryRow(ctx, selectOtherOwners, tx.Call().Organization.ID, tx.Call().Now(), key, person).Scan(&other); err != nil || other {
		return err
	}
	return fault.Refuse(optionsv1.Reason_LAST_OWNER, "Nobody else has a key with the role %s; make one first.", pb.ApiKey_OWNER)
}

// pgUUID is an identifier as a parameter, null when there is none.
func pgUUID(prefix, s string) any {
	u, err := id.Parse(prefix, s)
	if err != nil {
		return nil
	}
	return u
}
