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

// ownerKeys returns the active keys with the role OWNER and without scopes.
func ownerKeys(ctx context.Context, tx *db.Tx) ([]ownerKey, error) {
	return db.Collect[ownerKey](ctx, tx, selectOwnerKeys, tx.Call().Organization.ID, tx.Call().Now())
}

// prepareArchive locks the organization, so that two owners who archive each other concurrently run
// one after the other.
func prepareArchive(ctx context.Context, tx *db.Tx, _ *pb.Person) error {
	return LockOrganization(ctx, tx)
}

// guardOtherOwner refuses to archive the persons without whom no other person could act as the
// owner, because the organization could then never be administered again.
func guardOtherOwner(ctx context.Context, tx *db.Tx, persons []*pb.Person) ([]error, error) {
	owners, err := ownerKeys(ctx, tx)
	refusals := make([]error, len(persons))
	for i, p := range persons {
		if !slices.ContainsFunc(owners, func(o ownerKey) bool { return id.Format("prs", o.PersonID) != p.Id }) {
			refusals[i] = lastOwnerError()
		}
	}
	return refusals, err
}

// guardLastOwner refuses the keys without which no key of an owner would be left.
func guardLastOwner(ctx context.Context, tx *db.Tx, keys []*pb.ApiKey) ([]error, error) {
	owners, err := ownerKeys(ctx, tx)
	refusals := make([]error, len(keys))
	for i, k := range keys {
		if !slices.ContainsFunc(owners, func(o ownerKey) bool { return id.Format("key", o.ID) != k.Id }) {
			refusals[i] = lastOwnerError()
		}
	}
	return refusals, err
}

// prepareRevoke locks the organization, so that two owners who revoke each other's keys
// concurrently run one after the other.
func prepareRevoke(ctx context.Context, tx *db.Tx, _ *pb.ApiKey) error {
	return LockOrganization(ctx, tx)
}

func lastOwnerError() error {
	return fault.Refuse(optionsv1.Reason_LAST_OWNER,
		"No other active API key has the role %s without scopes. Create one first; to archive a person, create it "+
			"for another person.", pb.ApiKey_OWNER)
}
