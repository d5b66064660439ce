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

// ownership says whose the records of a kind are.
type ownership struct {
	// field names the owner, or the record of through whose owner a record has; nil for a
	// kind whose records are nobody's in particular, if open.
	field     protoreflect.FieldDescriptor
	through   table.Owned
	open      bool
	handsOver bool
}

// Owner says which field names the person whose a record is. A caller whose permission
// reaches only their own records, or those of their team, finds no others.
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

// HasOwnership tells whether the kind says whose its records are.
func (k *Kind[R]) HasOwnership() bool { return k.ownership.open || k.ownership.field != nil }

// OwnerField is the field that leads to the owner, "" for an open kind.
func (k *Kind[R]) OwnerField() string {
	if k.ownership.field == nil {
		return ""
	}
	return string(k.ownership.field.Name())
}

// within is the reach of a permission as the rows that it narrows to. Those of an open kind
// are not narrowed.
func (k *Kind[R]) within(c *call.Call, permission string) *table.Of {
	if k.ownership.open {
		return nil
	}
	switch c.Reach(permission) {
	case call.All:
		return nil
	case call.Team:
		return &table.Of{Person: c.PersonID, Team: true}
	case call.Own:
		return &table.Of{Person: c.PersonID}
	}
	return &table.Of{}
}

// doorPermission is the permission whose reach narrows what the request addresses: that of
// its RPC if it is one for this kind, or else the kind's own for reading.
func (k *Kind[R]) doorPermission(c *call.Call) string {
	if strings.HasPrefix(c.Permission, k.prefix) {
		return c.Permission
	}
	return k.reading
}

// lockWithin locks a record that a request addresses. One beyond the caller's reach is
// refused as if there were none, unless the caller may read it.
func (k *Kind[R]) lockWithin(ctx context.Context, tx *db.Tx, key string) (*R, error) {
	r, err := k.lock(ctx, tx, key)
	if err != nil || k.ownership.open {
		return r, err
	}
	for _, permission := range []string{k.doorPermission(tx.Call()), k.reading} {
		reached, err := k.reached(ctx, tx, permission, []*R{r})
		switch {
		case err != nil:
			return nil, err
		case reached[0] && permission == k.reading && permission != k.doorPermission(tx.Call()):
			return nil, outOfReach("The caller may read the record, and change only records within their reach.").About(key)
		case reached[0]:
			return r, nil
		}
	}
	return nil, k.table.NotFound(key)
}

func outOfReach(message string) *fault.Error {
	return fault.New(codes.PermissionDenied, optionsv1.Reason_OUT_OF_REACH, "%s", message)
}

// keepWithin refuses a record that a caller makes for, or gives to, somebody beyond their
// reach.
func (k *Kind[R]) keepWithin(ctx context.Context, tx *db.Tx, was, r *R) error {
	c := tx.Call()
	permission := k.doorPermission(c)
	if k.ownership.open || k.ownership.handsOver || c.Reach(permission) == call.All || k.leadsTo(was) == k.leadsTo(r) {
		return nil
	}
	reached, err := k.reached(ctx, tx, permission, []*R{r})
	if err != nil || reached[0] {
		return err
	}
	return outOfReach("The record would be somebody's beyond the caller's reach.").About(k.table.ID(r))
}

// leadsTo is the value of the field that leads to the owner.
func (k *Kind[R]) leadsTo(r *R) string { return reflection(r).Get(k.ownership.field).String() }

// reached tells which records are within the reach of a permission of the caller.
func (k *Kind[R]) reached(ctx context.Context, tx *db.Tx, permission string, records []*R) ([]bool, error) {
	out := make([]bool, len(records))
	reach, within := tx.Call().Reach(permission), k.within(tx.Call(), permission)
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
func (k *Kind[R]) ownersOf(ctx context.Context, tx *db.Tx, records []*R) ([]uuid.UUID, error) {
	owners := make([]uuid.UUID, len(records))
	if k.ownership.through == nil {
		for i, r := range records {
			owners[i], _ = id.Parse(personPrefix, k.leadsTo(r)) // nil where it names nobody
		}
		return owners, nil
	}
	var parents []string
	for _, r := range records {
		if parent := k.leadsTo(r); parent != "" {
			parents = append(parents, parent)
		}
	}
	byParent, err := k.ownership.through.OwnersOf(ctx, tx, parents)
	for i, r := range records {
		owners[i] = byParent[k.leadsTo(r)]
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
