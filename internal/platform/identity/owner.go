package identity

import (
	"context"
	"slices"

	"github.com/google/uuid"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

const selectOwnerKeys = `
select k.id, k.person_id
from platform.api_keys k
join platform.persons p on p.org_id = $1 and p.id = k.person_id
where k.org_id = $1
and k.role = 'OWNER'
and k.scopes = '{}'
and k.state = 'ACTIVE'
and (k.expire_time is null or k.expire_time > $2)
and p.archive_time is null
order by k.id`

type ownerKey struct{ ID, PersonID uuid.UUID }

// ownerKeys are the keys by which somebody may act as the owner.
func ownerKeys(ctx context.Context, tx *db.Tx) ([]ownerKey, error) {
	return db.Collect[ownerKey](ctx, tx, selectOwnerKeys, tx.Call().Organization.ID, tx.Call().Now())
}

// keepsOwner refuses to take a person away when nobody else could act as the owner: there would
// be no way back.
func keepsOwner(ctx context.Context, tx *db.Tx, personID string) error {
	// Two owners who take each other away at once must meet.
	if err := LockOrganization(ctx, tx); err != nil {
		return err
	}
	keys, err := ownerKeys(ctx, tx)
	if err != nil || slices.ContainsFunc(keys, func(k ownerKey) bool { return id.Format("prs", k.PersonID) != personID }) {
		return err
	}
	return lastOwner()
}

// otherOwner is the guard that is keepsOwner for keys.
func otherOwner(ctx context.Context, tx *db.Tx, keys []*pb.ApiKey) ([]error, error) {
	owners, err := ownerKeys(ctx, tx)
	refusals := make([]error, len(keys))
	for i, k := range keys {
		if !slices.ContainsFunc(owners, func(o ownerKey) bool { return id.Format("key", o.ID) != k.Id }) {
			refusals[i] = lastOwner()
		}
	}
	return refusals, err
}

// prepareAlone lets two owners who take each other's key away at once meet.
func prepareAlone(ctx context.Context, tx *db.Tx, _ *pb.ApiKey) error {
	return LockOrganization(ctx, tx)
}

func lastOwner() error {
	return fault.Refuse(optionsv1.Reason_LAST_OWNER, "Nobody else has a key with the role %s; make one first.", pb.ApiKey_OWNER)
}
