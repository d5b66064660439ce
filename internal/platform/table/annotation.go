package table

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5/pgtype"
	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/platform/db"
)

// annotations are the standard fields in which people and integrations keep their own data with a
// record. Fields that the message lacks are nil. Their columns are null if the field is empty, so
// that a record without annotations takes no space for them.
type annotations struct {
	metadata, externalID, customFields protoreflect.FieldDescriptor
}

func newAnnotations(d protoreflect.MessageDescriptor) annotations {
	f := d.Fields()
	a := annotations{
		metadata: f.ByName("metadata"), externalID: f.ByName("external_id"), customFields: f.ByName("custom_fields"),
	}
	if a.metadata != nil && !a.metadata.IsMap() {
		panic("table: metadata of " + string(d.Name()) + " is not a map")
	}
	return a
}

// IsAnnotation reports whether a record's field with this name holds data that people and
// integrations keep with it, rather than data of the record itself.
func IsAnnotation(name protoreflect.Name) bool {
	return name == "metadata" || name == "external_id" || name == "custom_fields"
}

func (a annotations) columns() (out []sqlColumn) {
	if a.metadata != nil {
		out = append(out, sqlColumn{"metadata", "jsonb"})
	}
	if a.externalID != nil {
		out = append(out, sqlColumn{"external_id", "text"})
	}
	if a.customFields != nil {
		out = append(out, sqlColumn{"custom_fields", "jsonb"})
	}
	return out
}

// args appends the values of the columns.
func (a annotations) args(m protoreflect.Message, into []any) []any {
	if a.metadata != nil {
		into = append(into, encodeMetadata(m, a.metadata))
	}
	if a.externalID != nil {
		if text := m.Get(a.externalID).String(); text != "" {
			into = append(into, text)
		} else {
			into = append(into, nil)
		}
	}
	if a.customFields != nil {
		into = append(into, encodeStruct(m, a.customFields))
	}
	return into
}

// dest appends the scan destinations of the columns.
func (a annotations) dest(m protoreflect.Message, into []any) []any {
	if a.metadata != nil {
		into = append(into, jsonScan(func(raw []byte) error { return decodeMetadata(m, a.metadata, raw) }))
	}
	if a.externalID != nil {
		into = append(into, optionalTextScan{m, a.externalID})
	}
	if a.customFields != nil {
		into = append(into, jsonScan(func(raw []byte) error { return decodeStruct(m, a.customFields, raw) }))
	}
	return into
}

// encodeMetadata returns a map of strings as JSON, or nil if it is empty.
func encodeMetadata(m protoreflect.Message, fd protoreflect.FieldDescriptor) any {
	if !m.Has(fd) {
		return nil
	}
	pairs := map[string]string{}
	m.Get(fd).Map().Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
		pairs[key.String()] = value.String()
		return true
	})
	raw, err := json.Marshal(pairs)
	if err != nil {
		panic(err) // a map of strings can always be encoded
	}
	return json.RawMessage(raw)
}

func decodeMetadata(m protoreflect.Message, fd protoreflect.FieldDescriptor, raw []byte) error {
	var pairs map[string]string
	if err := json.Unmarshal(raw, &pairs); err != nil {
		return err
	}
	m.Clear(fd)
	for key, value := range pairs {
		m.Mutable(fd).Map().Set(protoreflect.ValueOfString(key).MapKey(), protoreflect.ValueOfString(value))
	}
	return nil
}

type optionalTextScan struct {
	m     protoreflect.Message
	field protoreflect.FieldDescriptor
}

// ScanText implements pgtype.TextScanner.
func (s optionalTextScan) ScanText(v pgtype.Text) error {
	s.m.Set(s.field, protoreflect.ValueOfString(v.String))
	return nil
}

// externalIDFilter compares external ids. An empty literal means that the record has none.
func externalIDFilter() *filterType {
	f := textFilter()
	f.present = ""
	parse := f.arg
	f.arg = func(s string, scope Scope) (any, error) {
		if s == "" {
			return nil, nil
		}
		return parse(s, scope)
	}
	return f
}

// ExternalIDIndex returns the name of the index that keeps external ids unique.
func (t *Table[R]) ExternalIDIndex() string { return t.unqualifiedName() + "_external_id_taken" }

// TakenExternalIDs returns those of external ids that records have.
func (t *Table[R]) TakenExternalIDs(ctx context.Context, tx *db.Tx, ids []string) ([]string, error) {
	return db.CollectColumn[string](ctx, tx,
		"select t.external_id from "+t.name+" t where t.org_id = $1 and t.external_id = any($2)",
		tx.Call().Organization.ID, ids)
}

// ExternalID returns the external id of the record, "" if it has none.
func (t *Table[R]) ExternalID(r R) string {
	if t.standard.annotations.externalID == nil {
		return ""
	}
	return r.ProtoReflect().Get(t.standard.annotations.externalID).String()
}
