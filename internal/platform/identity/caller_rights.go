package identity

import (
	"context"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// A caller who could change a credential beyond their own rights, or the person who holds
// one, could take those rights over or away. Each rule below is one side of that; every
// method that touches a key or a person names those that apply.

// rightsWithinCaller refuses a key that grants what the caller's own does not, be it for more
// records.
func rightsWithinCaller(tx *db.Tx, k *pb.ApiKey) error {
	caller := tx.Call()
	foreign := k.PersonId != id.Format("prs", caller.PersonID)
	for _, p := range caller.Policy.Permissions() {
		granted, callers := caller.Policy.Reach(k.Role, k.Scopes, p), caller.Reach(p)
		// What is somebody else's own is not the caller's.
		if granted > callers || foreign && granted != call.None && callers != call.All {
			return fault.New(codes.PermissionDenied, optionsv1.Reason_ROLE_EXCEEDS_CALLER,
				"The key %q grants %s, which the caller's does not.", k.DisplayName, p)
		}
	}
	return nil
}

// keyWithinCaller is for answers that show a key's secret: beyond rightsWithinCaller it
// refuses a key that is accepted for longer than the caller's.
func keyWithinCaller(tx *db.Tx, k *pb.ApiKey) error {
	if err := rightsWithinCaller(tx, k); err != nil {
		return err
	}
	until := tx.Call().KeyExpireTime
	if until.IsZero() || k.ExpireTime != nil && !k.ExpireTime.AsTime().After(until) {
		return nil
	}
	return fault.New(codes.PermissionDenied, optionsv1.Reason_KEY_OUTLIVES_CALLER,
		"The caller's key expires at %s and cannot show one that is accepted for longer.", until.Format(time.RFC3339))
}

// eachKey makes a rule of what refuses a key by itself.
func eachKey(refusal func(tx *db.Tx, k *pb.ApiKey) error) resource.Rule[*pb.ApiKey] {
	return func(_ context.Context, tx *db.Tx, _, k *pb.ApiKey) error { return refusal(tx, k) }
}

// holderWithinCaller refuses a key in the name of a person who can do what the caller
// cannot.
func holderWithinCaller(ctx context.Context, tx *db.Tx, _, k *pb.ApiKey) error {
	refusals, err := withinCaller(ctx, tx, k.PersonId)
	if err != nil {
		return err
	}
	return refusals[k.PersonId]
}

// holdersWithinCaller is the guard of keys in the name of persons who can do what the caller
// cannot. Callers may always show their own key, which shows nothing that they lack.
func holdersWithinCaller(ctx context.Context, tx *db.Tx, keys []*pb.ApiKey) ([]error, error) {
	holders := make([]string, len(keys))
	for i, k := range keys {
		holders[i] = k.PersonId
	}
	refused, err := withinCaller(ctx, tx, holders...)
	refusals := make([]error, len(keys))
	for i, k := range keys {
		if k.Id != id.Format("key", tx.Call().KeyID) {
			refusals[i] = refused[k.PersonId]
		}
	}
	return refusals, err
}

// personWithinCaller refuses a person who can do what the caller cannot.
func personWithinCaller(ctx context.Context, tx *db.Tx, _, p *pb.Person) error {
	refusals, err := withinCaller(ctx, tx, p.Id)
	if err != nil {
		return err
	}
	return refusals[p.Id]
}

const selectKeysOfPersons = `
select person_id, display_name, role, scopes
from platform.api_keys
where org_id = $1
and person_id = any($2)
and state = 'ACTIVE'
and (expire_time is null or expire_time > $3)
order by id`

// withinCaller refuses persons one of whose keys grants what the caller's does not.
func withinCaller(ctx context.Context, tx *db.Tx, persons ...string) (map[string]error, error) {
	type key struct {
		PersonID          uuid.UUID
		DisplayName, Role string
		Scopes            []string
	}
	ids := make([]uuid.UUID, len(persons))
	for i, p := range persons {
		ids[i], _ = id.Parse("prs", p) // nil where it names nobody
	}
	keys, err := db.Collect[key](ctx, tx, selectKeysOfPersons, tx.Call().Organization.ID, ids, tx.Call().Now())
	if err != nil {
		return nil, err
	}
	refusals := map[string]error{}
	for _, k := range keys {
		holder := id.Format("prs", k.PersonID)
		if refusals[holder] == nil {
			refusals[holder] = rightsWithinCaller(tx, &pb.ApiKey{
				PersonId: holder, DisplayName: k.DisplayName, Role: pb.ApiKey_Role(pb.ApiKey_Role_value[k.Role]), Scopes: k.Scopes,
			})
		}
	}
	return refusals, nil
}
