package resource

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// sharing declares with whom a kind's records are shared.
type sharing struct {
	// persons is the field that lists persons, nil if there is none.
	persons protoreflect.FieldDescriptor
	// through is the field that names a record of parent, whose owner, deputy and sharers count.
	through protoreflect.FieldDescriptor
	parent  table.Owned
	// deputies is true if the deputies of absent owners count.
	deputies bool
}

// SharedWith lets the persons in a field reach the record, for reading and for writing, whatever
// the reach of their role is. A role without the permission gains nothing. The field is bound by
// table.Sharers. It follows Owner.
func (k *Kind[R]) SharedWith(field string) *Kind[R] {
	k.ownership.sharing.persons = table.Descriptor[R]().Fields().ByName(protoreflect.Name(field))
	k.table.SharedWithSharers()
	return k
}

// SharedThrough is SharedWith for the owner, the deputy and the sharers of the record that a field
// names: they reach the record as if it listed them. The table needs the index (org_id, field, id).
func (k *Kind[R]) SharedThrough(field string, parent table.Owned) *Kind[R] {
	k.ownership.sharing.through = table.Descriptor[R]().Fields().ByName(protoreflect.Name(field))
	k.ownership.sharing.parent = parent
	k.table.SharedThrough(field, parent)
	return k
}

// SharedWithDeputies lets whoever stands in for the absent owner reach the record, as
// SharedWith does. It follows Owner. The table needs the index (org_id, owner, id).
func (k *Kind[R]) SharedWithDeputies() *Kind[R] {
	k.ownership.sharing.deputies = true
	k.table.SharedWithDeputies(string(k.ownership.field.Name()))
	return k
}

// SharedKeys implements AnyKind.
func (k *Kind[R]) SharedKeys(ctx context.Context, tx *db.Tx, person uuid.UUID, limit int) ([]uuid.UUID, error) {
	return k.table.SharedKeys(ctx, tx, person, limit)
}

// addShared sets reached for the records that are shared with the caller. Records need not be
// stored: it reads only their parents.
func (k *Kind[R]) addShared(ctx context.Context, tx *db.Tx, records []R, reached []bool) error {
	person := tx.Call().PersonID
	if persons := k.ownership.sharing.persons; persons != nil {
		caller := id.Format(personPrefix, person)
		for i, r := range records {
			list := r.ProtoReflect().Get(persons).List()
			for n := 0; n < list.Len() && !reached[i]; n++ {
				reached[i] = list.Get(n).String() == caller
			}
		}
	}
	if k.ownership.sharing.deputies && slices.Contains(reached, false) {
		absent, err := table.PersonsActedFor(ctx, tx, person)
		if err != nil {
			return err
		}
		for i, r := range records {
			owner, _ := id.Parse(personPrefix, k.ownerKey(r)) // uuid.Nil if the field is empty
			reached[i] = reached[i] || slices.Contains(absent, owner)
		}
	}
	if through := k.ownership.sharing.through; through != nil {
		return k.addSharedThrough(ctx, tx, through, k.ownership.sharing.parent, true, records, reached)
	}
	if k.ownership.through != nil {
		return k.addSharedThrough(ctx, tx, k.ownership.field, k.ownership.through, false, records, reached)
	}
	return nil
}

// addSharedThrough is addShared for the records whose parent is shared with the caller or, with
// responsible, belongs to the caller.
func (k *Kind[R]) addSharedThrough(
	ctx context.Context, tx *db.Tx, field protoreflect.FieldDescriptor, parent table.Owned, responsible bool,
	records []R, reached []bool,
) error {
	var parents []string
	for i, r := range records {
		if key := r.ProtoReflect().Get(field).String(); key != "" && !reached[i] && !slices.Contains(parents, key) {
			parents = append(parents, key)
		}
	}
	if len(parents) == 0 || !responsible && !parent.IsShared() {
		return nil
	}
	shared, err := parent.SharedAmong(ctx, tx, parents, tx.Call().PersonID, responsible)
	for i, r := range records {
		reached[i] = reached[i] || shared[r.ProtoReflect().Get(field).String()]
	}
	return err
}
