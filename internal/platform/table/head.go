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

// head is the part that every record has; fields that the message lacks are nil.
type head struct {
	id, etag                            protoreflect.FieldDescriptor
	createTime, updateTime, archiveTime protoreflect.FieldDescriptor
}

func newHead(d protoreflect.MessageDescriptor) head {
	f := d.Fields()
	return head{
		id: f.ByName("id"), etag: f.ByName("etag"),
		createTime: f.ByName("create_time"), updateTime: f.ByName("update_time"), archiveTime: f.ByName("archive_time"),
	}
}

// columns are the SQL columns of the fields that are there.
func (h head) columns() []sqlColumn {
	out := []sqlColumn{{"id", "uuid"}}
	if h.etag != nil {
		out = append(out, sqlColumn{"version", "bigint"})
	}
	if h.createTime != nil {
		out = append(out, sqlColumn{"create_time", "timestamptz"})
	}
	return append(out, h.changing()...)
}

// changing are the columns that an update sets beside the version.
func (h head) changing() []sqlColumn {
	var out []sqlColumn
	if h.updateTime != nil {
		out = append(out, sqlColumn{"update_time", "timestamptz"})
	}
	if h.archiveTime != nil {
		out = append(out, sqlColumn{"archive_time", "timestamptz"})
	}
	return out
}

// insertArgs are the values of a new record's columns.
func (h head) insertArgs(m protoreflect.Message, key uuid.UUID, now time.Time, into []any) []any {
	into = append(into, key)
	if h.etag != nil {
		into = append(into, int64(1))
	}
	if h.createTime != nil {
		into = append(into, now)
	}
	return h.changeArgs(m, now, into)
}

func (h head) changeArgs(m protoreflect.Message, now time.Time, into []any) []any {
	if h.updateTime != nil {
		into = append(into, now)
	}
	if h.archiveTime != nil {
		into = append(into, optionalTime(m, h.archiveTime))
	}
	return into
}

func optionalTime(m protoreflect.Message, field protoreflect.FieldDescriptor) any {
	if !m.Has(field) {
		return nil
	}
	return m.Get(field).Message().Interface().(*timestamppb.Timestamp).AsTime()
}

// dest scans the columns into the message.
func (h head) dest(m protoreflect.Message, prefix string, into []any) []any {
	into = append(into, idScan{m, h.id, prefix})
	if h.etag != nil {
		into = append(into, versionScan{m, h.etag})
	}
	for _, f := range []protoreflect.FieldDescriptor{h.createTime, h.updateTime, h.archiveTime} {
		if f != nil {
			into = append(into, timeScan{m, f})
		}
	}
	return into
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

// Key reads the identifier of this table's type, or refuses it as a record that
// does not exist.
func (t *Table[R]) Key(s string) (uuid.UUID, error) {
	u, err := id.Parse(t.prefix, s)
	if err != nil {
		e := fault.NotFound(t.what(), s)
		e.Message += " An identifier of this type begins with \"" + t.prefix + "_\"."
		return u, e
	}
	return u, nil
}

// NotFound says that there is no such record in the caller's organization.
func (t *Table[R]) NotFound(s string) *fault.Error { return fault.NotFound(t.what(), s) }

// what is the record's type in words.
func (t *Table[R]) what() string {
	return SpaceWords(Descriptor[R]().Name())
}

// SpaceWords spells a message's name in lower-case words, such as `bank account`.
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

// ID is the identifier that the record carries, or "".
func (t *Table[R]) ID(r R) string { return r.ProtoReflect().Get(t.head.id).String() }

// SetID gives the record its identifier.
func (t *Table[R]) SetID(r R, key uuid.UUID) {
	r.ProtoReflect().Set(t.head.id, protoreflect.ValueOfString(id.Format(t.prefix, key)))
}

// Prefix is what the identifiers of this type begin with.
func (t *Table[R]) Prefix() string { return t.prefix }

// Etag is the version that the record carries, or "".
func (t *Table[R]) Etag(r R) string {
	if t.head.etag == nil {
		return ""
	}
	return r.ProtoReflect().Get(t.head.etag).String()
}

// Archived tells whether the record is archived.
func (t *Table[R]) Archived(r R) bool {
	return t.head.archiveTime != nil && r.ProtoReflect().Has(t.head.archiveTime)
}

// SetArchiveTime archives the record at an instant, or brings it back with nil. One
// that is archived keeps its instant.
func (t *Table[R]) SetArchiveTime(r R, at *timestamppb.Timestamp) {
	m := r.ProtoReflect()
	switch {
	case at == nil:
		m.Clear(t.head.archiveTime)
	case !m.Has(t.head.archiveTime):
		m.Set(t.head.archiveTime, protoreflect.ValueOfMessage(at.ProtoReflect()))
	}
}
