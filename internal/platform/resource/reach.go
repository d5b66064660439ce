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

// personPrefix is the prefix of the identifiers of persons, who own records.
const personPrefix = "prs"

// ownership declares who owns a kind's records.
type ownership struct {
	// field names the record's owner. If through is set, field names the parent record whose owner
	// counts. It is nil for an open kind, whose records have no owner.
	field   protoreflect.FieldDescriptor
	through table.Owned
	// subject names the record that counts instead of an owner: whoever may read it may read the
	// record.
	subject  protoreflect.FieldDescriptor
	open     bool
	handOver bool
	// personal is true if everyone reaches only the records that they own.
	personal bool
	sharing  sharing
}

// Owner sets the field that names a record's owner. A caller whose permission reaches only their
// own records, or those of their team, finds no other records.
func (k *Kind[R]) Owner(field string) *Kind[R] {
	k.ownership.field = table.Descriptor[R]().Fields().ByName(protoreflect.Name(field))
	k.table.OwnedBy(field)
	return k
}

// Personal declares that everyone reaches only the records that they own, whatever the reach of
// their role, as with notifications. It follows Owner.
func (k *Kind[R]) Personal() *Kind[R] {
	k.ownership.personal = true
	return k
}

// IsPersonal reports whether everyone reaches only the records that they own.
func (k *Kind[R]) IsPersonal() bool { return k.ownership.personal }

// reach returns the reach of a permission of the caller over the records.
func (k *Kind[R]) reach(c *call.Call, permission string) call.Reach {
	if k.ownership.personal {
		return min(c.Reach(permission), call.Own)
	}
	return c.Reach(permission)
}

// OwnedThrough sets the field that names the parent whose owner counts. An entry of a timesheet,
// for example, belongs to the owner of the timesheet.
func (k *Kind[R]) OwnedThrough(field string, parent table.Owned) *Kind[R] {
	k.ownership.field = table.Descriptor[R]().Fields().ByName(protoreflect.Name(field))
	k.ownership.through = parent
	k.table.OwnedThrough(field, parent)
	return k
}

// Open declares that the records have no owner: a permission reaches all of them.
func (k *Kind[R]) Open() *Kind[R] {
	k.ownership.open = true
	return k
}

// HandOver lets callers give records to owners beyond their own reach.
func (k *Kind[R]) HandOver() *Kind[R] {
	k.ownership.handOver = true
	return k
}

// HasOwnership reports whether the kind declares who owns its records.
func (k *Kind[R]) HasOwnership() bool {
	return k.ownership.open || k.ownership.field != nil || k.ownership.subject != nil
}

// OwnerField returns the name of the field that names the owner or the parent, "" for an open kind.
func (k *Kind[R]) OwnerField() string {
	if k.ownership.field == nil {
		return ""
	}
	return string(k.ownership.field.Name())
}

// ownersWithin returns the owners whose records the caller's permission reaches, nil for all
// records.
func (k *Kind[R]) ownersWithin(c *call.Call, permission string) *table.Owners {
	if k.ownership.open || k.ownership.subject != nil {
		return nil
	}
	switch k.reach(c, permission) {
	case call.All:
		return nil
	case call.Team:
		return &table.Owners{Person: c.PersonID, Team: true}
	case call.Own:
		return &table.Owners{Person: c.PersonID}
	}
	return &table.Owners{}
}

// requestPermission returns the permission whose reach limits the records that the request
// addresses. It is the permission of the RPC if that belongs to this kind, otherwise fallback.
func (k *Kind[R]) requestPermission(c *call.Call, fallback string) string {
	if strings.HasPrefix(c.Permission, k.permissionPrefix) {
		return c.Permission
	}
	return fallback
}

// readableOwners returns the owners whose records a read request may address, nil for all records.
func (k *Kind[R]) readableOwners(c *call.Call) *table.Owners {
	return k.ownersWithin(c, k.requestPermission(c, k.readPermission))
}

// lockWithinReach locks a record that a request addresses. If the record is beyond the caller's
// reach, it fails with OUT_OF_REACH where the caller may read the record, and with NOT_FOUND
// otherwise. Such a record is not locked, so that waiting for the lock does not reveal that it
// exists.
func (k *Kind[R]) lockWithinReach(ctx context.Context, tx *db.Tx, key string) (R, error) {
	var none R
	permission := k.requestPermission(tx.Call(), k.writePermission)
	if k.ownersWithin(tx.Call(), permission) == nil && k.ownership.subject == nil {
		return k.lock(ctx, tx, key)
	}
	before, err := k.table.Get(ctx, tx, key)
	if err != nil {
		return none, err
	}
	if err := k.checkReached(ctx, tx, permission, before); err != nil {
		return none, err
	}
	r, err := k.lock(ctx, tx, key)
	if err != nil {
		return none, err
	}
	return r, k.checkReached(ctx, tx, permission, r)
}

// checkReached refuses a record that the caller's permission does not reach.
func (k *Kind[R]) checkReached(ctx context.Context, tx *db.Tx, permission string, r R) error {
	reached, err := k.withinReach(ctx, tx, permission, []R{r})
	if err != nil || reached[0] {
		return err
	}
	readable, err := k.withinReach(ctx, tx, k.readPermission, []R{r})
	switch {
	case err != nil:
		return err
	case readable[0]:
		return outOfReach("The caller may read this record, but change only records within their reach.").
			WithSubject(k.table.ID(r))
	}
	return k.table.NotFound(k.table.ID(r))
}

// outOfReach returns the error for a record that the caller may not change or own.
func outOfReach(message string) *fault.Error {
	return fault.New(codes.PermissionDenied, optionsv1.Reason_OUT_OF_REACH, "%s", message)
}

// checkWithinReach refuses a record that would get an owner beyond the caller's reach, or no owner.
// A change that keeps the owner passes, and so does every record of a kind with HandOver.
func (k *Kind[R]) checkWithinReach(ctx context.Context, tx *db.Tx, was, r R) error {
	c := tx.Call()
	permission := k.requestPermission(c, k.writePermission)
	stored := k.table.ID(was) != ""
	if k.ownersWithin(c, permission) == nil || k.ownership.handOver || stored && k.ownerKey(was) == k.ownerKey(r) {
		return nil
	}
	decide := k.withinReach
	if k.ownership.through == nil {
		decide = k.ownedWithinReach // who shares a record does not choose its owner
	}
	reached, err := decide(ctx, tx, permission, []R{r})
	if err != nil || reached[0] {
		return err
	}
	return outOfReach("The record's owner must be within the caller's reach.").WithSubject(k.table.ID(r))
}

// WithinReach is the rule that refuses a record whose new owner is beyond the caller's reach.
// Create and Update apply it after their own rules. If a rule changes the reporting tree, and so
// who reaches what, pass WithinReach before that rule: the change must not decide its own check.
func (k *Kind[R]) WithinReach(ctx context.Context, tx *db.Tx, was, r R) error {
	return k.checkWithinReach(ctx, tx, was, r)
}

// Reaches reports whether the request's permission to change records reaches a record.
func (k *Kind[R]) Reaches(ctx context.Context, tx *db.Tx, r R) (bool, error) {
	reached, err := k.withinReach(ctx, tx, k.requestPermission(tx.Call(), k.writePermission), []R{r})
	return err == nil && reached[0], err
}

// ownerKey returns the identifier of the owner, or of the parent whose owner counts.
func (k *Kind[R]) ownerKey(r R) string { return r.ProtoReflect().Get(k.ownership.field).String() }

// withinReach reports for each record whether a permission of the caller reaches it.
func (k *Kind[R]) withinReach(ctx context.Context, tx *db.Tx, permission string, records []R) ([]bool, error) {
	out, err := k.ownedWithinReach(ctx, tx, permission, records)
	if err != nil {
		return nil, err
	}
	if within := k.ownersWithin(tx.Call(), permission); within == nil || within.Person == uuid.Nil {
		return out, nil
	}
	return out, k.addShared(ctx, tx, records, out)
}

// ownedWithinReach is withinReach without the records that are only shared with the caller.
func (k *Kind[R]) ownedWithinReach(ctx context.Context, tx *db.Tx, permission string, records []R) ([]bool, error) {
	out := make([]bool, len(records))
	reach, within := k.reach(tx.Call(), permission), k.ownersWithin(tx.Call(), permission)
	if within == nil || within.Person == uuid.Nil {
		for i := range out {
			out[i] = within == nil && reach != call.None
		}
		if k.ownership.subject != nil && reach != call.None {
			return k.haveReadableSubjects(ctx, tx, records)
		}
		return out, nil
	}
	owners, err := k.ownersOf(ctx, tx, records)
	if err != nil {
		return nil, err
	}
	persons := []uuid.UUID{within.Person}
	if within.Team {
		team, err := teamMembers(ctx, tx, within.Person, owners)
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

// ownersOf returns the owner of each record, uuid.Nil if it has none.
func (k *Kind[R]) ownersOf(ctx context.Context, tx *db.Tx, records []R) ([]uuid.UUID, error) {
	owners := make([]uuid.UUID, len(records))
	if k.ownership.through == nil {
		for i, r := range records {
			owners[i], _ = id.Parse(personPrefix, k.ownerKey(r)) // uuid.Nil if the field is empty
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

// teamMembers returns those of the persons who are below a manager in the reporting tree.
func teamMembers(ctx context.Context, tx *db.Tx, manager uuid.UUID, persons []uuid.UUID) ([]uuid.UUID, error) {
	return db.CollectColumn[uuid.UUID](ctx, tx, `
select m.person_id
from platform.team_members m
where m.org_id = $1
and m.manager_id = $2
and m.person_id = any($3)`, tx.Call().Organization.ID, manager, persons)
}
