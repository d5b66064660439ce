package identity

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// A caller who could change a credential beyond their own rights, or the person who holds
// one, could take those rights over or away. Each rule below is one side of that; every
// method that touches a key or a person names those that apply.

// rightsWithinCaller refuses a key that grants what the caller's own does not, be it for more
// records.
func (s *Service) rightsWithinCaller(_ context.Context, tx *db.Tx, _, k *pb.ApiKey) error {
	caller := tx.Call()
	foreign := k.PersonId != id.Format("prs", caller.PersonID)
	for _, p := range s.policy.Permissions() {
		granted, callers := s.policy.Reach(k.Role, k.Scopes, p), caller.Reach(p)
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
func (s *Service) keyWithinCaller(ctx context.Context, tx *db.Tx, was, k *pb.ApiKey) error {
	if err := s.rightsWithinCaller(ctx, tx, was, k); err != nil {
		return err
	}
	until := tx.Call().KeyExpireTime
	if until.IsZero() || k.ExpireTime != nil && !k.ExpireTime.AsTime().After(until) {
		return nil
	}
	return fault.New(codes.PermissionDenied, optionsv1.Reason_KEY_OUTLIVES_CALLER,
		"The caller's key expires at %s and cannot show one that is accepted for longer.", until.Format(time.RFC3339))
}

// holderWithinCaller refuses a key in the name of a person who can do what the caller
// cannot.
func (s *Service) holderWithinCaller(ctx context.Context, tx *db.Tx, _, k *pb.ApiKey) error {
	return s.withinCaller(ctx, tx, k.PersonId)
}

// personWithinCaller refuses a person who can do what the caller cannot.
func (s *Service) personWithinCaller(ctx context.Context, tx *db.Tx, _, p *pb.Person) error {
	return s.withinCaller(ctx, tx, p.Id)
}

const selectKeysOfPerson = `
select display_name, role, scopes
from platform.api_keys
where org_id = $1
and person_id = $2
and state = 'ACTIVE'
and (expire_time is null or expire_time > $3)
order by id`

// withinCaller refuses a person one of whose keys grants what the caller's does not.
func (s *Service) withinCaller(ctx context.Context, tx *db.Tx, personID string) error {
	type key struct {
		DisplayName, Role string
		Scopes            []string
	}
	keys, err := db.Collect[key](ctx, tx, selectKeysOfPerson, tx.Call().Organization.ID, pgUUID("prs", personID), tx.Call().Now())
	if err != nil {
		return err
	}
	for _, k := range keys {
		held := &pb.ApiKey{PersonId: personID, DisplayName: k.DisplayName, Role: pb.ApiKey_Role(pb.ApiKey_Role_value[k.Role]), Scopes: k.Scopes}
		if err := s.rightsWithinCaller(ctx, tx, held, held); err != nil {
			return err
		}
	}
	return nil
}
