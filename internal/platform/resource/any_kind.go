package resource

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/table"
)

// AnyKind is a kind of any record type, for code that treats all kinds alike.
type AnyKind interface {
	db.Kind
	// Binding returns the table that stores the records.
	Binding() table.Binding
	// HasOwnership reports whether the kind declares who owns its records. OwnerField is the field
	// that names the owner, or the parent whose owner counts; "" for an open kind.
	HasOwnership() bool
	OwnerField() string
	// ReadPermission is the permission to read the records.
	ReadPermission() string
	// Collection is the name of the resource, such as `vendors`.
	Collection() string
	// LockRank is the rank of the records in the lock order.
	LockRank() int
	// Responsibility is who is responsible for the records, nil if no one is.
	Responsibility() *Responsibility
	// Waiting says for whom the records wait, besides those who are responsible.
	Waiting() []Waiting
	// SubjectOf returns the identifier of the record that a record is on, "" if it is on none.
	SubjectOf(record any) string
	// IsPersonal reports whether everyone reaches only the records that they own.
	IsPersonal() bool
	// SharedKeys returns the keys of up to limit records that are shared with a person, the newest
	// first.
	SharedKeys(ctx context.Context, tx *db.Tx, person uuid.UUID, limit int) ([]uuid.UUID, error)
	// IsDated reports whether the records hold for a span of days.
	IsDated() bool
	// Reassign changes the persons responsible for records, all or none.
	Reassign(ctx context.Context, tx *db.Tx, assignments []Assignment) error
	// RecordEach records an event of a type, such as `due`, about each of the records.
	RecordEach(ctx context.Context, tx *db.Tx, event string, ids []string) error
	// SearchVersion is the version of the searchable fields, "" if the records are not searched.
	SearchVersion() string
	// SearchFields are the names of the searchable fields, besides custom fields.
	SearchFields() []string
	// SearchTexts returns the texts by which a record is found, field by field.
	SearchTexts(ctx context.Context, tx *db.Tx, record proto.Message) ([]Text, error)
	// LoadSearchFields fills in the searchable fields that records get after they are created.
	LoadSearchFields(ctx context.Context, tx *db.Tx, subjects []db.Subject) error
	// IndexRecords stores the words of records as they are now.
	IndexRecords(ctx context.Context, tx *db.Tx, keys []uuid.UUID) error
	// EventPrefix is the prefix of the event types, such as `finance.vendor`.
	EventPrefix() string
	// Events are the types of all events about the records.
	Events() []string
	// Actions are the verbs in allowed_actions, in their order.
	Actions() []string
	// AcceptsEveryState reports whether a verb of the lifecycle is accepted in every state, so that
	// the state never refuses it.
	AcceptsEveryState(verb string) bool
}

// ReadPermission returns the permission to read the records.
func (k *Kind[R]) ReadPermission() string { return k.readPermission }

// EventPrefix returns the prefix of the event types, such as `finance.vendor`.
func (k *Kind[R]) EventPrefix() string { return k.eventPrefix }

// Binding returns the table that stores the records.
func (k *Kind[R]) Binding() table.Binding { return k.table }

// AcceptsEveryState reports whether a verb of the lifecycle is accepted in every state.
func (k *Kind[R]) AcceptsEveryState(verb string) bool {
	return k.lifecycle != nil && k.lifecycle.AcceptsEveryState(verb)
}

// Prefix returns the prefix of the identifiers of the records.
func (k *Kind[R]) Prefix() string { return k.table.Prefix() }

// ReadReach implements db.Kind.
func (k *Kind[R]) ReadReach(c *call.Call) call.Reach {
	reach := k.reach(c, k.readPermission)
	if (k.ownership.open || k.ownership.subject != nil) && reach != call.None {
		return call.All
	}
	return reach
}

// Owners implements db.Kind.
func (k *Kind[R]) Owners(ctx context.Context, tx *db.Tx, ids []string) ([]uuid.UUID, error) {
	owners := make([]uuid.UUID, len(ids))
	if k.ownership.field == nil {
		return owners, nil
	}
	byID, err := k.table.OwnersOf(ctx, tx, ids)
	for i, key := range ids {
		owners[i] = byID[key]
	}
	return owners, err
}

// Load implements db.Kind.
func (k *Kind[R]) Load(ctx context.Context, tx *db.Tx, ids []string) ([]db.Subject, error) {
	found, err := k.table.GetExisting(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	records := slices.Collect(maps.Values(found))
	readable, err := k.withinReach(ctx, tx, k.readPermission, records)
	if err != nil {
		return nil, err
	}
	isReadable := map[string]bool{}
	for i, r := range records {
		isReadable[k.table.ID(r)] = readable[i]
	}
	out := make([]db.Subject, len(ids))
	for i, key := range ids {
		r, exists := found[key]
		if !exists {
			continue
		}
		out[i] = db.Subject{
			Record:   r,
			Readable: isReadable[key], Referenceable: isReadable[key] || k.shared,
			Archived: k.table.Archived(r),
			Title:    k.titleOf(r),
		}
	}
	return out, nil
}

// titleFields are the fields that name a record to people, in order of preference.
var titleFields = []protoreflect.Name{
	"display_name", "name", "title", "file_name", "number", "description", "start_date",
}

// titleOf returns the first title field that is set, or the identifier.
func (k *Kind[R]) titleOf(r R) string {
	m := r.ProtoReflect()
	for _, name := range titleFields {
		if fd := m.Descriptor().Fields().ByName(name); fd != nil && fd.Kind() == protoreflect.StringKind && m.Has(fd) {
			return m.Get(fd).String()
		}
	}
	return k.table.ID(r)
}
