package resource

import (
	"context"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/table"
)

// AnyKind is a kind whatever its record, for what is asked of all of them.
type AnyKind interface {
	db.Kind
	// Binding is the table that the records are in.
	Binding() table.Binding
}

// Binding is the table that the records are in.
func (k *Kind[R]) Binding() table.Binding { return k.table }

// Prefix begins the identifiers of the records.
func (k *Kind[R]) Prefix() string { return k.table.Prefix() }

// Look implements db.Kind.
func (k *Kind[R]) Look(ctx context.Context, tx *db.Tx, ids []string) ([]db.Subject, error) {
	found, err := k.table.FindMany(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]db.Subject, len(ids))
	for i, key := range ids {
		r, exists := found[key]
		if !exists {
			continue
		}
		readable := tx.Call().Allows(k.reading)
		out[i] = db.Subject{
			Record:   any(r).(proto.Message),
			Readable: readable, Nameable: readable || k.shared,
			Archived: k.table.Archived(r),
			Title:    k.titleOf(r),
		}
	}
	return out, nil
}

// titleFields are the fields that name a record to people, the best first.
var titleFields = []protoreflect.Name{"display_name", "name", "title", "file_name", "number", "description"}

func (k *Kind[R]) titleOf(r *R) string {
	m := reflection(r)
	for _, name := range titleFields {
		if fd := m.Descriptor().Fields().ByName(name); fd != nil && fd.Kind() == protoreflect.StringKind && m.Has(fd) {
			return m.Get(fd).String()
		}
	}
	return k.table.ID(r)
}
