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

// The rules below keep callers from gaining or removing rights that they do not have. Without
// them, a caller could do so by changing a key with wider rights, or the person who holds it.
// Every method that changes a key or a person lists the rules that apply.

// checkRightsWithinCaller refuses a key that grants a permission which the caller's key does not
// grant, or grants it for more records.
func checkRightsWithinCaller(tx *db.Tx, k *pb.ApiKey) error {
	caller := tx.Call()
	foreign := k.PersonId != id.Format("prs", caller.PersonID)
	for _, p := range caller.Policy.Permissions() {
		granted, callers := caller.Policy.Reach(k.Role, k.Scopes, p), caller.Reach(p)
		// The holder's own records do not belong to the caller, so only reach All covers them.
		if granted > callers || foreign && granted != call.None && callers != call.All {
			return fault.New(codes.PermissionDenied, optionsv1.Reason_ROLE_EXCEEDS_CALLER,
				"The API key %q grants %s, which your API key does not grant.", k.DisplayName, p)
		}
	}
	return nil
}

// checkSecretWithinCaller is checkRightsWithinCaller for methods that return a key's secret. It
// also refuses a key that expires later than the caller's key.
func checkSecretWithinCaller(tx *db.Tx, k *pb.ApiKey) error {
	if err := checkRightsWithinCaller(tx, k); err != nil {
		return err
	}
	until := tx.Call().KeyExpireTime
	if until.IsZero() || k.ExpireTime != nil && !k.ExpireTime.AsTime().After(until) {
		return nil
	}
	return fault.New(codes.PermissionDenied, optionsv1.Reason_KEY_OUTLIVES_CALLER,
		"Your API key expires at %s, so you cannot create or rotate a key that expires later or never.",
		until.Format(time.RFC3339))
}

// keyRule converts a check of a single key to a rule.
func keyRule(check func(tx *db.Tx, k *pb.ApiKey) error) resource.Rule[*pb.ApiKey] {
	return func(_ context.Context, tx *db.Tx, _, k *pb.ApiKey) error { return check(tx, k) }
}

// checkHolderWithinCaller refuses a key whose holder has rights that the caller does not have.
func checkHolderWithinCaller(ctx context.Context, tx *db.Tx, _, k *pb.ApiKey) error {
	refusals, err := refusalsByPerson(ctx, tx, k.PersonId)
	if err != nil {
		return err
	}
	return refusals[k.PersonId]
}

// guardHoldersWithinCaller refuses the keys whose holders have rights that the caller does not
// have. The key of the call is always accepted, because its secret gives the caller no new
// rights.
func guardHoldersWithinCaller(ctx context.Context, tx *db.Tx, keys []*pb.ApiKey) ([]error, error) {
	holders := make([]string, len(keys))
	for i, k := range keys {
		holders[i] = k.PersonId
	}
	refused, err := refusalsByPerson(ctx, tx, holders...)
	refusals := make([]error, len(keys))
	for i, k := range keys {
		if k.Id != id.Format("key", tx.Call().KeyID) {
			refusals[i] = refused[k.PersonId]
		}
	}
	return refusals, err
}

// checkPersonWithinCaller refuses a person who has rights that the caller does not have.
func checkPersonWithinCaller(ctx context.Context, tx *db.Tx, _, p *pb.Person) error {
	refusals, err := refusalsByPerson(ctx, tx, p.Id)
	if err != nil {
		return err
	}
	return refusals[p.Id]
}

// guardPersonsWithinCaller refuses the persons who have rights that the caller does not have.
func guardPersonsWithinCaller(ctx context.Context, tx *db.Tx, persons []*pb.Person) ([]error, error) {
	ids := make([]string, len(persons))
	for i, p := range persons {
		ids[i] = p.Id
	}
	refused, err := refusalsByPerson(ctx, tx, ids...)
	refusals := make([]error, len(persons))
	for i, p := range persons {
		refusals[i] = refused[p.Id]
	}
	return refusals, err
}

const selectKeysOfPersons = `
select person_id, display_name, role, scopes
from platform.api_keys
where org_id = $1
and person_id = any($2)
and state = 'ACTIVE'
and (expire_time is null or expire_time > $3)
order by id`

// refusalsByPerson returns, by person id, why a person is refused: one of the person's active
// keys grants rights that the caller does not have.
func refusalsByPerson(ctx context.Context, tx *db.Tx, persons ...string) (map[string]error, error) {
	type key struct {
		PersonID          uuid.UUID
		DisplayName, Role string
		Scopes            []string
	}
	ids := make([]uuid.UUID, len(persons))
	for i, p := range persons {
		ids[i], _ = id.Parse("prs", p) // the nil UUID if p is not a person's id
	}
	keys, err := db.Collect[key](ctx, tx, selectKeysOfPersons, tx.Call().Organization.ID, ids, tx.Call().Now())
	if err != nil {
		return nil, err
	}
	refusals := map[string]error{}
	for _, k := range keys {
		holder := id.Format("prs", k.PersonID)
		if refusals[holder] == nil {
			refusals[holder] = checkRightsWithinCaller(tx, &pb.ApiKey{
				PersonId: holder, DisplayName: k.DisplayName, Role: pb.ApiKey_Role(pb.ApiKey_Role_value[k.Role]), Scopes: k.Scopes,
			})
		}
	}
	return refusals, nil
}
