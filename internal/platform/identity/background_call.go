package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// Actor is the person for whom background work runs, such as a long import.
type Actor struct {
	PersonID uuid.UUID
	// KeyID is the API key that the person used to start the work. If it is nil, the key is unknown
	// and all keys of the person count.
	KeyID uuid.UUID
}

const selectActorKeys = `
select
  p.archive_time is not null as person_archived,
  k.role, k.scopes, k.expire_time,
  k.state is not distinct from 'ACTIVE' and (k.expire_time is null or k.expire_time > $4) as accepted
from platform.persons p
left join platform.api_keys k on k.org_id = $1 and k.person_id = p.id and ($3::uuid is null or k.id = $3)
where p.org_id = $1
and p.id = $2
order by k.id`

// actorKey is a row of selectActorKeys: an API key of an actor. Role is nil if the actor has no
// such key.
type actorKey struct {
	PersonArchived bool
	Role           *string
	Scopes         []string
	ExpireTime     *time.Time
	Accepted       bool
}

// CallAs returns a call in which the transaction runs a method for an actor, with the actor's
// current rights: those of the actor's key, or the widest of all keys of the actor. It fails with
// CREDENTIAL_INVALID if the person is archived or the key is revoked or expired, and with
// PERMISSION_MISSING if the actor may not call the method. A method that is not an RPC needs no
// permission. The call of the transaction must have a policy, as system calls have.
func CallAs(ctx context.Context, tx *db.Tx, a Actor, method string) (*call.Call, error) {
	c := *tx.Call()
	if c.Policy == nil {
		return nil, fmt.Errorf("cannot run %s for an actor: the call %q has no policy", method, c.Method)
	}
	keys, err := acceptedKeys(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	c.PersonID, c.KeyID, c.Method = a.PersonID, a.KeyID, method
	c.KeyExpireTime = time.Time{}
	if a.KeyID != uuid.Nil && keys[0].ExpireTime != nil {
		c.KeyExpireTime = *keys[0].ExpireTime
	}
	c.Reach = widestReach(c.Policy, keys)
	access := accessOf(method)
	c.Permission = access.GetPermission()
	for _, permission := range slices.Concat([]string{c.Permission}, access.GetAlso()) {
		if permission != "" && !c.Allows(permission) {
			return nil, fault.PermissionMissing(permission)
		}
	}
	return &c, nil
}

// acceptedKeys returns the active keys that give an actor their rights. It fails if there are
// none.
func acceptedKeys(ctx context.Context, tx *db.Tx, a Actor) ([]actorKey, error) {
	caller := tx.Call()
	key := uuid.NullUUID{UUID: a.KeyID, Valid: a.KeyID != uuid.Nil}
	keys, err := db.Collect[actorKey](ctx, tx, selectActorKeys, caller.Organization.ID, a.PersonID, key, caller.Now())
	if err != nil {
		return nil, err
	}
	var accepted []actorKey
	for _, k := range keys {
		if k.PersonArchived {
			return nil, rightsLostError("The person who started this operation is archived.")
		}
		if k.Role != nil && k.Accepted {
			accepted = append(accepted, k)
		}
	}
	switch {
	case len(accepted) > 0:
		return accepted, nil
	case key.Valid:
		return nil, rightsLostError("The API key that started this operation is revoked or expired.")
	}
	return nil, rightsLostError("The person who started this operation has no active API key.")
}

func rightsLostError(message string) error {
	return fault.New(codes.Unauthenticated, optionsv1.Reason_CREDENTIAL_INVALID, "%s", message)
}

// widestReach returns a function that returns the widest reach any of the keys gives for a
// permission.
func widestReach(policy call.Policy, keys []actorKey) func(permission string) call.Reach {
	return func(permission string) (widest call.Reach) {
		for _, k := range keys {
			widest = max(widest, policy.Reach(pb.ApiKey_Role(pb.ApiKey_Role_value[*k.Role]), k.Scopes, permission))
		}
		return widest
	}
}

// accessOf returns the access option of an RPC, or nil if the method is not an RPC.
func accessOf(method string) *optionsv1.Access {
	name := protoreflect.FullName(strings.Replace(method, "/", ".", 1))
	d, err := protoregistry.GlobalFiles.FindDescriptorByName(name)
	if err != nil {
		return nil
	}
	access, _ := proto.GetExtension(d.Options(), optionsv1.E_Access).(*optionsv1.Access)
	return access
}
