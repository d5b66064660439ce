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

	"backoffice/internal/platform/fault"
)

// shape is what a message's proto says of its fields, read once: asking the options at
// each request would cost as much as the rest of the checking.
type shape struct {
	fields []trait
}

// trait is one field of a shape.
type trait struct {
	fd               protoreflect.FieldDescriptor
	required, output bool
	// inner is the shape of the message in it, nil where there is none to look into.
	inner *shape
}

// shapeOf reads the shape of a message and of those below it that within accepts. A
// message that holds its own kind has one shape.
func shapeOf(d protoreflect.MessageDescriptor, within func(protoreflect.MessageDescriptor) bool) *shape {
	return readShape(d, within, map[protoreflect.FullName]*shape{})
}

func readShape(d protoreflect.MessageDescriptor, within func(protoreflect.MessageDescriptor) bool, known map[protoreflect.FullName]*shape) *shape {
	if s, again := known[d.FullName()]; again {
		return s
	}
	s := &shape{}
	known[d.FullName()] = s
	for i := range d.Fields().Len() {
		fd := d.Fields().Get(i)
		t := trait{fd: fd, required: has(fd, annotations.FieldBehavior_REQUIRED), output: has(fd, annotations.FieldBehavior_OUTPUT_ONLY)}
		if fd.Message() != nil && !fd.IsMap() && within(fd.Message()) {
			t.inner = readShape(fd.Message(), within, known)
		}
		s.fields = append(s.fields, t)
	}
	return s
}

// has tells whether a field is declared with a behavior.
func has(fd protoreflect.FieldDescriptor, behavior annotations.FieldBehavior) bool {
	declared, _ := proto.GetExtension(fd.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return slices.Contains(declared, behavior)
}

// values calls do with the value of a field that is there, or with each of a list, and
// its path.
func (t trait) values(m protoreflect.Message, under string, do func(path string, v protoreflect.Value)) {
	path := under + t.fd.JSONName()
	switch {
	case !m.Has(t.fd) || t.fd.IsMap():
	case t.fd.IsList():
		for i := range m.Get(t.fd).List().Len() {
			do(fmt.Sprintf("%s[%d]", path, i), m.Get(t.fd).List().Get(i))
		}
	default:
		do(path, m.Get(t.fd))
	}
}

// check lists the required fields that are absent and the values that nothing can
// store, in the message and below it.
func (s *shape) check(m protoreflect.Message, under string) []fault.Field {
	var out []fault.Field
	for _, t := range s.fields {
		if t.required && !m.Has(t.fd) {
			out = append(out, fault.At(under+t.fd.JSONName(), "is required"))
			continue
		}
		if t.inner == nil && t.fd.Kind() != protoreflect.StringKind {
			continue
		}
		t.values(m, under, func(path string, v protoreflect.Value) {
			if why := t.unstorable(v); why != "" {
				out = append(out, fault.At(path, "%s", why))
			} else if t.inner != nil {
				out = append(out, t.inner.check(v.Message(), path+".")...)
			}
		})
	}
	return out
}

// unstorable says why a value that a request can carry is one that Postgres cannot:
// text with the character U+0000 or that is not UTF-8, an instant beyond the calendar.
func (t trait) unstorable(v protoreflect.Value) string {
	switch {
	case t.fd.Kind() == protoreflect.StringKind && strings.ContainsRune(v.String(), 0):
		return "must not contain the character U+0000"
	case t.fd.Kind() == protoreflect.StringKind && !utf8.ValidString(v.String()):
		return "must be UTF-8"
	case t.fd.Message() == nil:
		return ""
	}
	if instant, ok := v.Message().Interface().(*timestamppb.Timestamp); ok && instant.CheckValid() != nil {
		return "must be an instant between the years 1 and 9999"
	}
	return ""
}

// clearOutput takes off what only the server may say, in the message and below it.
func (s *shape) clearOutput(m protoreflect.Message) {
	for _, t := range s.fields {
		switch {
		case t.output:
			m.Clear(t.fd)
		case t.inner != nil:
			t.values(m, "", func(_ string, v protoreflect.Value) { t.inner.clearOutput(v.Message()) })
		}
	}
}
