package resource

import (
	"context"
	"maps"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/table"
)

// AnyKind is a kind whatever its record, for what is asked of all of them.
type AnyKind interface {
	db.Kind
	// Binding is the table that the records are in.
	Binding() table.Binding
	// HasOwnership reports whether the kind declares who owns its records. OwnerField is the
	// field that names the owner, or the parent whose owner counts; "" for an open kind.
	HasOwnership() bool
	OwnerField() string
	// ReadPermission is the permission by which its records are read.
	ReadPermission() string
	// EventPrefix begins the types of its events, such as `finance.vendor`.
	EventPrefix() string
	// Events are the types of all events about its records.
	Events() []string
}

// ReadPermission is the permission by which the records are read.
func (k *Kind[R]) ReadPermission() string { return k.reading }

// EventPrefix begins the types of the resource's events.
func (k *Kind[R]) EventPrefix() string { return k.noun }

// Binding is the table that the records are in.
func (k *Kind[R]) Binding() table.Binding { return k.table }

// Prefix begins the identifiers of the records.
func (k *Kind[R]) Prefix() string { return k.table.Prefix() }

// ReadReach implements db.Kind.
func (k *Kind[R]) ReadReach(c *call.Call) call.Reach {
	reach := c.Reach(k.reading)
	if k.ownership.open && reach != call.None {
		return call.All
	}
	return reach
}

// Load implements db.Kind.
func (k *Kind[R]) Load(ctx context.Context, tx *db.Tx, ids []string) ([]db.Subject, error) {
	found, err := k.table.GetExisting(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	records := slices.Collect(maps.Values(found))
	readable, err := k.reached(ctx, tx, k.reading, records)
	if err != nil {
		return nil, err
	}
	may := map[string]bool{}
	for i, r := range records {
		may[k.table.ID(r)] = readable[i]
	}
	out := make([]db.Subject, len(ids))
	for i, key := range ids {
		r, exists := found[key]
		if !exists {
			continue
		}
		out[i] = db.Subject{
			Record:   r,
			Readable: may[key], Nameable: may[key] || k.shared,
			Archived: k.table.Archived(r),
			Title:    k.titleOf(r),
		}
	}
	return out, nil
}

// titleFields are the fields that name a record to people, the best first.
var titleFields = []protoreflect.Name{"display_name", "name", "title", "file_name", "number", "description"}

func (k *Kind[R]) titleOf(r R) string {
	m := r.ProtoReflect()
	for _, name := range titleFields {
		if fd := m.Descriptor().Fields().ByName(name); fd != nil && fd.Kind() == protoreflect.StringKind && m.Has(fd) {
			return m.Get(fd).String()
		}
	}
	return k.table.ID(r)
}
