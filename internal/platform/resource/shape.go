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

// shape is what a message's proto says of its fields, read once: asking the options at
// each request would cost as much as the rest of the checking.
type shape struct {
	fields []trait
}

// trait is one field of a shape.
type trait struct {
	fd               protoreflect.FieldDescriptor
	required, output bool
	// text is what the field's text is to people, and most how many characters it may
	// have, 0 where the proto declares that itself.
	text textKind
	most int
	// date is true for a date of business in a request.
	date bool
	// bare is true for a field whose own fields are named without it.
	bare bool
	// inner is the shape of the message in it, nil where there is none to look into.
	inner *shape
}

// shapeOf reads the shape of a record's message and of those below it.
func shapeOf(d protoreflect.MessageDescriptor) *shape {
	return shapeReader{known: map[known]*shape{}}.read(d, false)
}

// shapeReader reads shapes. A message that holds its own kind has one shape.
type shapeReader struct {
	known map[known]*shape
	// request is true for a request. Of a record in it only what nothing can store is
	// checked: the rest is checked when the record is whole. body is the field that is the
	// body over REST, whose fields callers name without it.
	request bool
	body    protoreflect.Name
}

// known names a shape: a message may be a part of a request and of a record in it.
type known struct {
	message  protoreflect.FullName
	inRecord bool
}

func (r shapeReader) read(d protoreflect.MessageDescriptor, inRecord bool) *shape {
	s, again := r.known[known{d.FullName(), inRecord}]
	if again {
		return s
	}
	s = &shape{}
	r.known[known{d.FullName(), inRecord}] = s
	for i := range d.Fields().Len() {
		s.fields = append(s.fields, r.trait(d.Fields().Get(i), inRecord))
	}
	return s
}

func (r shapeReader) trait(fd protoreflect.FieldDescriptor, inRecord bool) trait {
	t := trait{fd: fd, output: has(fd, annotations.FieldBehavior_OUTPUT_ONLY)}
	if !t.output {
		t.text, t.most = textOf(fd)
	}
	if inRecord {
		t.text = code
	} else {
		t.required = has(fd, annotations.FieldBehavior_REQUIRED)
		t.date = r.request && !t.output && isDate(fd)
	}
	if fd.Message() != nil && !fd.IsMap() {
		isRecord := r.request && table.ResourceOption(fd.Message()) != nil
		t.bare = isRecord && fd.Name() == r.body
		t.inner = r.read(fd.Message(), inRecord || isRecord)
	}
	return t
}

// isDate tells by its name whether a field is a date of business.
func isDate(fd protoreflect.FieldDescriptor) bool {
	name := string(fd.Name())
	return fd.Kind() == protoreflect.StringKind && (name == "date" || name == "as_of" || strings.HasSuffix(name, "_date"))
}

// has tells whether a field is declared with a behavior.
func has(fd protoreflect.FieldDescriptor, behavior annotations.FieldBehavior) bool {
	declared, _ := proto.GetExtension(fd.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return slices.Contains(declared, behavior)
}

// values calls do with the value of a field that is there, or with each of a list, and
// its path.
func (t trait) values(m protoreflect.Message, under string, do func(path string, v protoreflect.Value)) {
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

// below begins the paths of the fields in a message at a path.
func (t trait) below(path string) string {
	if t.bare {
		return ""
	}
	return path + "."
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
		if t.required && t.text != code && !t.fd.IsList() && isInvisible(m.Get(t.fd).String()) {
			out = append(out, fault.At(under+t.fd.JSONName(), "must have a visible character"))
		}
		t.values(m, under, func(path string, v protoreflect.Value) {
			if why := t.unstorable(v); why != "" {
				out = append(out, fault.At(path, "%s", why))
			} else if t.inner != nil {
				out = append(out, t.inner.check(v.Message(), t.below(path))...)
			}
		})
	}
	return out
}

// unstorable says why a value that a request can carry is one that nothing stores: text
// with the character U+0000, that is not UTF-8 or too long, an instant beyond the calendar.
func (t trait) unstorable(v protoreflect.Value) string {
	switch {
	case t.fd.Kind() == protoreflect.StringKind && strings.ContainsRune(v.String(), 0):
		return "must not contain the character U+0000"
	case t.fd.Kind() == protoreflect.StringKind && !utf8.ValidString(v.String()):
		return "must be UTF-8"
	case t.fd.Kind() == protoreflect.StringKind && t.most > 0 && utf8.RuneCountInString(v.String()) > t.most:
		return fmt.Sprintf("must have at most %d characters", t.most)
	case t.date && v.String() != "":
		return inWords(calendar.ParseBusinessDate(v.String()))
	case t.fd.Message() == nil:
		return ""
	}
	if instant, ok := v.Message().Interface().(*timestamppb.Timestamp); ok && instant.CheckValid() != nil {
		return "must be an instant between the years 1 and 9999"
	}
	return ""
}

func inWords(_ calendar.Date, err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
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
