package table

import (
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// standardFields are the fields that every record has. Fields that the message lacks are nil.
type standardFields struct {
	id, etag                            protoreflect.FieldDescriptor
	createTime, updateTime, archiveTime protoreflect.FieldDescriptor

	annotations annotations
}

func newStandardFields(d protoreflect.MessageDescriptor) standardFields {
	f := d.Fields()
	return standardFields{
		id: f.ByName("id"), etag: f.ByName("etag"),
		createTime: f.ByName("create_time"), updateTime: f.ByName("update_time"), archiveTime: f.ByName("archive_time"),
		annotations: newAnnotations(d),
	}
}

// columns returns the SQL columns of the fields that the message has.
func (s standardFields) columns() []sqlColumn {
	out := []sqlColumn{{"id", "uuid"}}
	if s.etag != nil {
		out = append(out, sqlColumn{"version", "bigint"})
	}
	if s.createTime != nil {
		out = append(out, sqlColumn{"create_time", "timestamptz"})
	}
	return append(out, s.mutableColumns()...)
}

// mutableColumns returns the columns that an update sets, except the version.
func (s standardFields) mutableColumns() []sqlColumn {
	var out []sqlColumn
	if s.updateTime != nil {
		out = append(out, sqlColumn{"update_time", "timestamptz"})
	}
	if s.archiveTime != nil {
		out = append(out, sqlColumn{"archive_time", "timestamptz"})
	}
	return append(out, s.annotations.columns()...)
}

// insertArgs appends the values of a new record's standard columns.
func (s standardFields) insertArgs(m protoreflect.Message, key uuid.UUID, now time.Time, into []any) []any {
	into = append(into, key)
	if s.etag != nil {
		into = append(into, int64(1))
	}
	if s.createTime != nil {
		into = append(into, now)
	}
	return s.updateArgs(m, now, into)
}

// updateArgs appends the values of the mutable columns.
func (s standardFields) updateArgs(m protoreflect.Message, now time.Time, into []any) []any {
	if s.updateTime != nil {
		into = append(into, now)
	}
	if s.archiveTime != nil {
		into = append(into, optionalTime(m, s.archiveTime))
	}
	return s.annotations.args(m, into)
}

func optionalTime(m protoreflect.Message, field protoreflect.FieldDescriptor) any {
	if !m.Has(field) {
		return nil
	}
	return m.Get(field).Message().Interface().(*timestamppb.Timestamp).AsTime()
}

// dest appends the scan destinations of the standard columns.
func (s standardFields) dest(m protoreflect.Message, prefix string, into []any) []any {
	into = append(into, idScan{m, s.id, prefix})
	if s.etag != nil {
		into = append(into, versionScan{m, s.etag})
	}
	for _, f := range []protoreflect.FieldDescriptor{s.createTime, s.updateTime, s.archiveTime} {
		if f != nil {
			into = append(into, timeScan{m, f})
		}
	}
	return s.annotations.dest(m, into)
}

type idScan struct {
	m      protoreflect.Message
	field  protoreflect.FieldDescriptor
	prefix string
}

// ScanUUID implements pgtype.UUIDScanner.
func (s idScan) ScanUUID(v pgtype.UUID) error {
	s.m.Set(s.field, protoreflect.ValueOfString(id.Format(s.prefix, uuid.UUID(v.Bytes))))
	return nil
}

type versionScan struct {
	m     protoreflect.Message
	field protoreflect.FieldDescriptor
}

// ScanInt64 implements pgtype.Int64Scanner.
func (s versionScan) ScanInt64(v pgtype.Int8) error {
	s.m.Set(s.field, protoreflect.ValueOfString(strconv.FormatInt(v.Int64, 10)))
	return nil
}

type timeScan struct {
	m     protoreflect.Message
	field protoreflect.FieldDescriptor
}

// ScanTimestamptz implements pgtype.TimestamptzScanner.
func (s timeScan) ScanTimestamptz(v pgtype.Timestamptz) error {
	if !v.Valid {
		s.m.Clear(s.field)
		return nil
	}
	s.m.Set(s.field, protoreflect.ValueOfMessage(timestamppb.New(v.Time).ProtoReflect()))
	return nil
}

// Key parses an identifier of this table's records. It refuses any other identifier with NOT_FOUND.
func (t *Table[R]) Key(s string) (uuid.UUID, error) {
	u, err := id.Parse(t.prefix, s)
	if err != nil {
		e := fault.NotFound(t.typeName(), s)
		e.Message += " An identifier of this type begins with \"" + t.prefix + "_\"."
		return u, e
	}
	return u, nil
}

// NotFound returns the error that the caller's organization has no such record.
func (t *Table[R]) NotFound(s string) *fault.Error { return fault.NotFound(t.typeName(), s) }

// typeName returns the record's type in words, such as `bank account`.
func (t *Table[R]) typeName() string {
	return SpaceWords(Descriptor[R]().Name())
}

// SpaceWords returns a message's name in lower-case words, such as `bank account`.
func SpaceWords(name protoreflect.Name) string {
	var out []byte
	for i := range len(name) {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			if i > 0 {
				out = append(out, ' ')
			}
			c += 'a' - 'A'
		}
		out = append(out, c)
	}
	return string(out)
}

// ID returns the identifier of the record, "" if it has none yet.
func (t *Table[R]) ID(r R) string { return r.ProtoReflect().Get(t.standard.id).String() }

// SetID sets the identifier of the record.
func (t *Table[R]) SetID(r R, key uuid.UUID) {
	r.ProtoReflect().Set(t.standard.id, protoreflect.ValueOfString(id.Format(t.prefix, key)))
}

// Prefix returns the prefix of the identifiers, without the underscore.
func (t *Table[R]) Prefix() string { return t.prefix }

// Etag returns the version of the record, "" if it has none.
func (t *Table[R]) Etag(r R) string {
	if t.standard.etag == nil {
		return ""
	}
	return r.ProtoReflect().Get(t.standard.etag).String()
}

// Archived reports whether the record is archived.
func (t *Table[R]) Archived(r R) bool {
	return t.standard.archiveTime != nil && r.ProtoReflect().Has(t.standard.archiveTime)
}

// SetArchiveTime archives the record at an instant, or restores it if at is nil. A record that is
// already archived keeps its archive time.
func (t *Table[R]) SetArchiveTime(r R, at *timestamppb.Timestamp) {
	m := r.ProtoReflect()
	switch {
	case at == nil:
		m.Clear(t.standard.archiveTime)
	case !m.Has(t.standard.archiveTime):
		m.Set(t.standard.archiveTime, protoreflect.ValueOfMessage(at.ProtoReflect()))
	}
}
