package resource

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// schema describes the fields of a message, from the options in its proto. It is read once, because
// reading options at each request would cost as much as the rest of the validation.
type schema struct {
	fields []fieldSchema
}

// fieldSchema describes one field of a message.
type fieldSchema struct {
	fd                   protoreflect.FieldDescriptor
	required, outputOnly bool
	// text is how people write the field's text. maxLength is its maximum length in characters,
	// 0 where the proto declares one.
	text      textKind
	maxLength int
	// isDate is true for a business date in a request.
	isDate bool
	// isBody is true for the field that is the body over REST. Callers name the fields in it
	// without its own name.
	isBody bool
	// nested is the schema of the message in the field, nil if the field holds no message.
	nested *schema
}

// newSchema reads the schema of a record's message and of the messages in it.
func newSchema(d protoreflect.MessageDescriptor) *schema {
	return schemaReader{schemas: map[schemaKey]*schema{}}.read(d, false)
}

// schemaReader reads schemas. It reads each message once, so that a message may contain its own
// type.
type schemaReader struct {
	schemas map[schemaKey]*schema
	// request is true for the schema of a request. Of a record in a request, only values that
	// cannot be stored are checked; the rest is checked once the record is merged. body is the
	// field that is the body over REST, whose fields callers name without its own name.
	request bool
	body    protoreflect.Name
}

// schemaKey identifies a schema: a message may be part of a request and of a record in that
// request.
type schemaKey struct {
	message  protoreflect.FullName
	inRecord bool
}

func (r schemaReader) read(d protoreflect.MessageDescriptor, inRecord bool) *schema {
	s, read := r.schemas[schemaKey{d.FullName(), inRecord}]
	if read {
		return s
	}
	s = &schema{}
	r.schemas[schemaKey{d.FullName(), inRecord}] = s
	for i := range d.Fields().Len() {
		s.fields = append(s.fields, r.readField(d.Fields().Get(i), inRecord))
	}
	return s
}

func (r schemaReader) readField(fd protoreflect.FieldDescriptor, inRecord bool) fieldSchema {
	t := fieldSchema{fd: fd, outputOnly: hasBehavior(fd, annotations.FieldBehavior_OUTPUT_ONLY)}
	if !t.outputOnly {
		t.text, t.maxLength = textKindOf(fd)
	}
	if inRecord {
		t.text = codeText
	} else {
		t.required = hasBehavior(fd, annotations.FieldBehavior_REQUIRED)
		t.isDate = r.request && !t.outputOnly && isDate(fd)
	}
	if fd.Message() != nil && !fd.IsMap() {
		isRecord := r.request && table.ResourceOption(fd.Message()) != nil
		t.isBody = r.request && fd.Name() == r.body
		t.nested = r.read(fd.Message(), inRecord || isRecord)
	}
	return t
}

// isDate reports whether a field is a business date, judged by its name.
func isDate(fd protoreflect.FieldDescriptor) bool {
	name := string(fd.Name())
	return fd.Kind() == protoreflect.StringKind && (name == "date" || name == "as_of" || strings.HasSuffix(name, "_date"))
}

// hasBehavior reports whether a field is declared with a behavior.
func hasBehavior(fd protoreflect.FieldDescriptor, behavior annotations.FieldBehavior) bool {
	declared, _ := proto.GetExtension(fd.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return slices.Contains(declared, behavior)
}

// forEachValue calls do with the value of a field that is set, or with each element of a list, and
// its path.
func (t fieldSchema) forEachValue(m protoreflect.Message, under string, do func(path string, v protoreflect.Value)) {
	if !m.Has(t.fd) || t.fd.IsMap() {
		return
	}
	path := under + t.fd.JSONName()
	switch {
	case t.fd.IsList():
		for i := range m.Get(t.fd).List().Len() {
			do(fmt.Sprintf("%s[%d]", path, i), m.Get(t.fd).List().Get(i))
		}
	default:
		do(path, m.Get(t.fd))
	}
}

// nestedPath returns the prefix of the paths of the fields in a message at a path.
func (t fieldSchema) nestedPath(path string) string {
	if t.isBody {
		return ""
	}
	return path + "."
}

// check returns the violations in the message and the messages in it: required fields that are
// missing, and values that cannot be stored.
func (s *schema) check(m protoreflect.Message, under string) []fault.Field {
	var out []fault.Field
	for _, t := range s.fields {
		if t.required && !m.Has(t.fd) {
			out = append(out, fault.At(under+t.fd.JSONName(), "is required"))
			continue
		}
		if t.fd.IsMap() {
			out = append(out, checkMap(m, t.fd, under)...)
			continue
		}
		if t.nested == nil && t.fd.Kind() != protoreflect.StringKind {
			continue
		}
		if t.required && t.text != codeText && !t.fd.IsList() && isInvisible(m.Get(t.fd).String()) {
			out = append(out, fault.At(under+t.fd.JSONName(), "must contain a visible character"))
		}
		t.forEachValue(m, under, func(path string, v protoreflect.Value) {
			if why := t.valueProblem(v); why != "" {
				out = append(out, fault.At(path, "%s", why))
			} else if t.nested != nil {
				out = append(out, t.nested.check(v.Message(), t.nestedPath(path))...)
			}
		})
	}
	return out
}

// checkMap returns the violations in a map of strings: text that cannot be stored.
func checkMap(m protoreflect.Message, fd protoreflect.FieldDescriptor, under string) (out []fault.Field) {
	m.Get(fd).Map().Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
		switch {
		case isUnstorable(key.String()):
			out = append(out, fault.At(under+fd.JSONName(), "must have keys without the character U+0000"))
		case fd.MapValue().Kind() == protoreflect.StringKind && isUnstorable(value.String()):
			out = append(out, fault.At(under+fd.JSONName()+"."+key.String(), "must not contain the character U+0000"))
		}
		return true
	})
	return out
}

// valueProblem says why a value cannot be stored, or returns "". It refuses text that contains
// U+0000, is not UTF-8 or is too long, and instants outside the calendar.
func (t fieldSchema) valueProblem(v protoreflect.Value) string {
	switch {
	case t.fd.Kind() == protoreflect.StringKind && strings.ContainsRune(v.String(), 0):
		return "must not contain the character U+0000"
	case t.fd.Kind() == protoreflect.StringKind && !utf8.ValidString(v.String()):
		return "must be UTF-8"
	case t.fd.Kind() == protoreflect.StringKind && t.maxLength > 0 && utf8.RuneCountInString(v.String()) > t.maxLength:
		return fmt.Sprintf("must have at most %d characters", t.maxLength)
	case t.isDate && v.String() != "":
		return errorText(calendar.ParseBusinessDate(v.String()))
	case t.fd.Message() == nil:
		return ""
	}
	if instant, ok := v.Message().Interface().(*timestamppb.Timestamp); ok && instant.CheckValid() != nil {
		return "must be an instant between the years 1 and 9999"
	}
	return ""
}

// errorText returns the message of an error, "" for nil.
func errorText(_ calendar.Date, err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// clearOutput clears the output-only fields in the message and the messages in it.
func (s *schema) clearOutput(m protoreflect.Message) {
	for _, t := range s.fields {
		switch {
		case t.outputOnly:
			m.Clear(t.fd)
		case t.nested != nil:
			t.forEachValue(m, "", func(_ string, v protoreflect.Value) { t.nested.clearOutput(v.Message()) })
		}
	}
}
