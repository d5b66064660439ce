package resource

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// personPrefix begins the identifiers of persons, who own records.
const personPrefix = "prs"

// ownership declares who owns a kind's records.
type ownership struct {
	// field names the owner, or, if through is set, the parent record whose owner counts. It
	// is nil for an open kind, whose records are nobody's in particular.
	field     protoreflect.FieldDescriptor
	through   table.Owned
	open      bool
	handsOver bool
}

// Owner sets the field that names a record's owner. A caller whose permission reaches only
// their own records, or those of their team, finds no others.
func (k *Kind[R]) Owner(field string) *Kind[R] {
	k.ownership.field = table.Descriptor[R]().Fields().ByName(protoreflect.Name(field))
	k.table.OwnedBy(field)
	return k
}

// OwnedThrough says which field names the record whose owner a record has, as an entry of
// a timesheet has the timesheet's.
func (k *Kind[R]) OwnedThrough(field string, parent table.Owned) *Kind[R] {
	k.ownership.field = table.Descriptor[R]().Fields().ByName(protoreflect.Name(field))
	k.ownership.through = parent
	k.table.OwnedThrough(field, parent)
	return k
}

// Open says that the records are nobody's in particular: a permission is for all of them.
func (k *Kind[R]) Open() *Kind[R] {
	k.ownership.open = true
	return k
}

// HandOver lets callers give records to persons beyond their reach.
func (k *Kind[R]) HandOver() *Kind[R] {
	k.ownership.handsOver = true
	return k
}

// HasOwnership reports whether the kind declares who owns its records.
func (k *Kind[R]) HasOwnership() bool { return k.ownership.open || k.ownership.field != nil }

// OwnerField is the field that names the owner or the parent, "" for an open kind.
func (k *Kind[R]) OwnerField() string {
	if k.ownership.field == nil {
		return ""
	}
	return string(k.ownership.field.Name())
}

// ownersWithin are the owners whose records a permission of the caller reaches; nil: all
// records, as those of an open kind.
func (k *Kind[R]) ownersWithin(c *call.Call, permission string) *table.Owners {
	if k.ownership.open {
		return nil
	}
	switch c.Reach(permission) {
	case call.All:
		return nil
	case call.Team:
		return &table.Owners{Person: c.PersonID, Team: true}
	case call.Own:
		return &table.Owners{Person: c.PersonID}
	}
	return &table.Owners{}
}

// addressing is the permission whose reach narrows what the request addresses: that of its
// RPC if it is one for this kind, or else the kind's own.
func (k *Kind[R]) addressing(c *call.Call, own string) string {
	if strings.HasPrefix(c.Permission, k.prefix) {
		return c.Permission
	}
	return own
}

// readableOwners are the owners whose records a request that reads may address.
func (k *Kind[R]) readableOwners(c *call.Call) *table.Owners {
	return k.ownersWithin(c, k.addressing(c, k.reading))
}

// lockWithinReach locks a record that a request addresses. One beyond the caller's reach is
// refused as if there were none, unless the caller may read it; it is not locked, so that
// nobody learns of it by waiting.
func (k *Kind[R]) lockWithinReach(ctx context.Context, tx *db.Tx, key string) (R, error) {
	var none R
	permission := k.addressing(tx.Call(), k.permission)
	if k.ownersWithin(tx.Call(), permission) == nil {
		return k.lock(ctx, tx, key)
	}
	seen, err := k.table.Get(ctx, tx, key)
	if err != nil {
		return none, err
	}
	if err := k.refuseBeyond(ctx, tx, permission, seen); err != nil {
		return none, err
	}
	r, err := k.lock(ctx, tx, key)
	if err != nil {
		return none, err
	}
	return r, k.refuseBeyond(ctx, tx, permission, r)
}

// refuseBeyond refuses a record that a permission of the caller does not reach.
func (k *Kind[R]) refuseBeyond(ctx context.Context, tx *db.Tx, permission string, r R) error {
	reached, err := k.reached(ctx, tx, permission, []R{r})
	if err != nil || reached[0] {
		return err
	}
	readable, err := k.reached(ctx, tx, k.reading, []R{r})
	switch {
	case err != nil:
		return err
	case readable[0]:
		return outOfReach("The caller may read the record, and change only records within their reach.").WithSubject(k.table.ID(r))
	}
	return k.table.NotFound(k.table.ID(r))
}

func outOfReach(message string) *fault.Error {
	return fault.New(codes.PermissionDenied, optionsv1.Reason_OUT_OF_REACH, "%s", message)
}

// checkWithinReach refuses a record that a caller makes for, or gives to, somebody beyond
// their reach, or nobody.
func (k *Kind[R]) checkWithinReach(ctx context.Context, tx *db.Tx, was, r R) error {
	c := tx.Call()
	permission := k.addressing(c, k.permission)
	stored := k.table.ID(was) != ""
	if k.ownersWithin(c, permission) == nil || k.ownership.handsOver || stored && k.ownerKey(was) == k.ownerKey(r) {
		return nil
	}
	reached, err := k.reached(ctx, tx, permission, []R{r})
	if err != nil || reached[0] {
		return err
	}
	return outOfReach("The record would belong to nobody within the caller's reach.").WithSubject(k.table.ID(r))
}

// WithinReach is the rule that refuses a record which a caller makes for, or gives to, somebody
// beyond their reach. Create and Update check it after their rules. A rule that changes who
// reaches what comes behind WithinReach, so that it does not decide its own check.
func (k *Kind[R]) WithinReach(ctx context.Context, tx *db.Tx, was, r R) error {
	return k.checkWithinReach(ctx, tx, was, r)
}

// Reaches reports whether the permission of the request to change records reaches a record.
func (k *Kind[R]) Reaches(ctx context.Context, tx *db.Tx, r R) (bool, error) {
	reached, err := k.reached(ctx, tx, k.addressing(tx.Call(), k.permission), []R{r})
	return err == nil && reached[0], err
}

// ownerKey is the identifier of the owner, or of the parent whose owner counts.
func (k *Kind[R]) ownerKey(r R) string { return r.ProtoReflect().Get(k.ownership.field).String() }

// reached tells which records are within the reach of a permission of the caller.
func (k *Kind[R]) reached(ctx context.Context, tx *db.Tx, permission string, records []R) ([]bool, error) {
	out := make([]bool, len(records))
	reach, within := tx.Call().Reach(permission), k.ownersWithin(tx.Call(), permission)
	if within == nil || within.Person == uuid.Nil {
		for i := range out {
			out[i] = within == nil && reach != call.None
		}
		return out, nil
	}
	owners, err := k.ownersOf(ctx, tx, records)
	if err != nil {
		return nil, err
	}
	persons := []uuid.UUID{within.Person}
	if within.Team {
		team, err := membersAmong(ctx, tx, within.Person, owners)
		if err != nil {
			return nil, err
		}
		persons = append(persons, team...)
	}
	for i, owner := range owners {
		out[i] = slices.Contains(persons, owner)
	}
	return out, nil
}

// ownersOf are the owners of records, nil where a record has none.
func (k *Kind[R]) ownersOf(ctx context.Context, tx *db.Tx, records []R) ([]uuid.UUID, error) {
	owners := make([]uuid.UUID, len(records))
	if k.ownership.through == nil {
		for i, r := range records {
			owners[i], _ = id.Parse(personPrefix, k.ownerKey(r)) // nil where it names nobody
		}
		return owners, nil
	}
	var parents []string
	for _, r := range records {
		if parent := k.ownerKey(r); parent != "" {
			parents = append(parents, parent)
		}
	}
	byParent, err := k.ownership.through.OwnersOf(ctx, tx, parents)
	for i, r := range records {
		owners[i] = byParent[k.ownerKey(r)]
	}
	return owners, err
}

// membersAmong are those of some persons who are below a manager in the reporting tree.
func membersAmong(ctx context.Context, tx *db.Tx, manager uuid.UUID, persons []uuid.UUID) ([]uuid.UUID, error) {
	return db.CollectColumn[uuid.UUID](ctx, tx, `
select m.person_id
from platform.team_members m
where m.org_id = $1
and m.manager_id = $2
and m.person_id = any($3)`, tx.Call().Organization.ID, manager, persons)
}
