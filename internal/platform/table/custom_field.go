package table

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/structpb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/customvalue"
	"backoffice/internal/platform/db"
)

// The values of custom fields are stored twice: in the column custom_fields of the record, as they
// are returned, and in platform.custom_values, one row for each value, where indexes serve filters
// and orders. Row-level security keeps a condition on jsonb from using an index.

// CustomFields are the definitions of the custom fields of one kind of record, by key.
type CustomFields map[string]*customvalue.Field

// loadedCustomFields are the definitions that a transaction has read, by collection.
type loadedCustomFields map[string]CustomFields

// HasCustomFields reports whether the records can have custom fields.
func (t *Table[R]) HasCustomFields() bool { return t.standard.annotations.customFields != nil }

// CustomFields returns the definitions of the records' custom fields. A transaction reads them
// once.
func (t *Table[R]) CustomFields(ctx context.Context, tx *db.Tx) (CustomFields, error) {
	loaded := db.TxLocal[loadedCustomFields](tx)
	collection := t.collection()
	if fields, known := (*loaded)[collection]; known {
		return fields, nil
	}
	fields, err := readCustomFields(ctx, tx, collection)
	if err != nil {
		return nil, err
	}
	if *loaded == nil {
		*loaded = loadedCustomFields{}
	}
	(*loaded)[collection] = fields
	return fields, nil
}

func (t *Table[R]) collection() string { return ResourceOption(Descriptor[R]()).GetCollection() }

const customFieldsSQL = `
select f.id, f.version, f.key, f.type, f.required, f.archive_time is not null, f.choices, f.currency_code,
  f.referenced_resource
from platform.custom_fields f
where f.org_id = $1
and f.resource = $2`

func readCustomFields(ctx context.Context, tx *db.Tx, collection string) (CustomFields, error) {
	rows, err := tx.Query(ctx, customFieldsSQL, tx.Call().Organization.ID, collection)
	if err != nil {
		return nil, err
	}
	fields := CustomFields{}
	var f customvalue.Field
	var kind, referenced string
	var choices []byte
	_, err = pgx.ForEachRow(rows,
		[]any{&f.ID, &f.Version, &f.Key, &kind, &f.Required, &f.Archived, &choices, &f.CurrencyCode, &referenced},
		func() error {
			field := f
			field.Type = pb.CustomField_Type(pb.CustomField_Type_value[kind])
			switch field.Type {
			case pb.CustomField_PERSON:
				field.Prefix = PrefixOf("persons")
			case pb.CustomField_RECORD:
				field.Prefix = PrefixOf(referenced)
			}
			fields[field.Key] = &field
			if choices == nil {
				return nil
			}
			field.Choices, err = decodeList[*pb.CustomField_Choice](choices)
			return err
		})
	return fields, err
}

// PrefixOf returns the prefix of the identifiers of a resource of the API, such as `ven` for
// `vendors`, or "" if there is no such resource.
func PrefixOf(collection string) string { return prefixes()[collection] }

// prefixes returns the prefixes by collection. It reads the descriptors once.
var prefixes = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Messages().Len() {
			if option := ResourceOption(f.Messages().Get(i)); option != nil {
				out[option.GetCollection()] = option.GetPrefix()
			}
		}
		return true
	})
	return out
})

// CustomValues returns the values of the custom fields of a record, by key.
func (t *Table[R]) CustomValues(r R) map[string]*structpb.Value {
	m := r.ProtoReflect()
	if !t.HasCustomFields() || !m.Has(t.standard.annotations.customFields) {
		return nil
	}
	return m.Get(t.standard.annotations.customFields).Message().Interface().(*structpb.Struct).GetFields()
}

// SetCustomValues sets the values of the custom fields of a record.
func (t *Table[R]) SetCustomValues(r R, values map[string]*structpb.Value) {
	if len(values) == 0 {
		r.ProtoReflect().Clear(t.standard.annotations.customFields)
		return
	}
	r.ProtoReflect().Set(t.standard.annotations.customFields,
		protoreflect.ValueOfMessage((&structpb.Struct{Fields: values}).ProtoReflect()))
}

const (
	saveCustomValuesSQL = `
insert into platform.custom_values (org_id, subject_key, custom_field_id, value)
select o.org_id, u.*
from platform.organizations o
cross join unnest($2::uuid[], $3::uuid[], $4::text[]) as u
where o.org_id = $1
on conflict (org_id, subject_key, custom_field_id) do update
set value = excluded.value`
	deleteCustomValuesSQL = `
delete from platform.custom_values
where org_id = $1
and subject_key = $2
and custom_field_id = any($3)`
	deleteRecordValuesSQL = `
delete from platform.custom_values
where org_id = $1
and subject_key = $2`
)

// errCustomFieldsUnread means that a record is stored whose custom values were not checked.
var errCustomFieldsUnread = errors.New("table: a custom field is stored before its definition was read")

// queueCustomValues queues the statements that store the custom values of records which differ from
// those of before. before is nil for new records. It sends none for records without custom values.
func (t *Table[R]) queueCustomValues(b *pgx.Batch, tx *db.Tx, before, records []R) error {
	if !t.HasCustomFields() {
		return nil
	}
	fields := (*db.TxLocal[loadedCustomFields](tx))[t.collection()]
	org := tx.Call().Organization.ID
	var subjects, saved []uuid.UUID
	var sortKeys []string
	used := map[uuid.UUID]int64{}
	for i, r := range records {
		var stored map[string]*structpb.Value
		if before != nil {
			stored = t.CustomValues(before[i])
		}
		values := t.CustomValues(r)
		key, err := t.keyOf(r)
		if err != nil {
			return err
		}
		if gone := removedFields(fields, stored, values); len(gone) > 0 {
			b.Queue(deleteCustomValuesSQL, org, key, gone)
		}
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if proto.Equal(stored[name], values[name]) {
				continue
			}
			field, known := fields[name]
			if !known {
				return errCustomFieldsUnread
			}
			used[field.ID] = field.Version
			subjects, saved = append(subjects, key), append(saved, field.ID)
			sortKeys = append(sortKeys, field.SortKey(values[name]))
		}
	}
	if len(subjects) > 0 {
		queueLockCustomFields(b, tx, used)
		b.Queue(saveCustomValuesSQL, org, subjects, saved, sortKeys)
	}
	return nil
}

// queueLockCustomFields queues the statement that keeps definitions from changing until the values
// that they accept are stored, given the versions that were read. The transaction runs again if one
// changed since.
func queueLockCustomFields(b *pgx.Batch, tx *db.Tx, versions map[uuid.UUID]int64) {
	ids, read := make([]uuid.UUID, 0, len(versions)), make([]int64, 0, len(versions))
	for key, version := range versions {
		ids, read = append(ids, key), append(read, version)
	}
	b.Queue(tx.Locking(0, `
with locked as materialized (
  select f.id
  from platform.custom_fields f
  join unnest($2::uuid[], $3::bigint[]) as u (id, version) on u.id = f.id and u.version = f.version
  where f.org_id = $1
  order by f.id
  for key share of f
)
select count(*) from locked`), tx.Call().Organization.ID, ids, read).QueryRow(func(row pgx.Row) error {
		var locked int
		if err := row.Scan(&locked); err != nil || locked == len(ids) {
			return err
		}
		return db.RowsChanged("the definition of a custom field changed before a value was stored")
	})
}

// customReferenceSQL finds a value of a custom field that references a record.
const customReferenceSQL = `
select exists (
  select
  from platform.custom_fields f
  join platform.custom_values v on v.org_id = $1 and v.custom_field_id = f.id and v.value = $3
  where f.org_id = $1
  and (f.referenced_resource = $2 or f.type = 'PERSON' and $2 = 'persons')
)`

// IsCustomValue reports whether the value of a custom field of any record is a record of the table.
func (t *Table[R]) IsCustomValue(ctx context.Context, tx *db.Tx, s string) (referenced bool, err error) {
	err = tx.QueryRow(ctx, customReferenceSQL, tx.Call().Organization.ID, t.collection(), s).Scan(&referenced)
	return referenced, err
}

// removedFields returns the fields that have a stored value and no new one.
func removedFields(fields CustomFields, stored, values map[string]*structpb.Value) (out []uuid.UUID) {
	for name := range stored {
		if field := fields[name]; values[name] == nil && field != nil {
			out = append(out, field.ID)
		}
	}
	return out
}

// encodeStruct returns a struct as JSON, or nil if it is empty.
func encodeStruct(m protoreflect.Message, fd protoreflect.FieldDescriptor) any {
	if !m.Has(fd) {
		return nil
	}
	s := m.Get(fd).Message().Interface().(*structpb.Struct)
	if len(s.GetFields()) == 0 {
		return nil
	}
	raw, err := json.Marshal(s.AsMap())
	if err != nil {
		panic(err) // a struct can always be encoded
	}
	return json.RawMessage(raw)
}

func decodeStruct(m protoreflect.Message, fd protoreflect.FieldDescriptor, raw []byte) error {
	s := &structpb.Struct{}
	if err := protojson.Unmarshal(raw, s); err != nil {
		return err
	}
	m.Set(fd, protoreflect.ValueOfMessage(s.ProtoReflect()))
	return nil
}
