package resource

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"buf.build/go/protovalidate"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// validate says all that is wrong with a record's fields: required ones that are
// missing, bounds declared in the proto, and values that no column takes.
func (k *Kind[R]) validate(c *call.Call, r *R) error {
	var violations fault.List
	m := reflection(r)
	violations.Append(missing(m, "", everything)...)
	violations.Append(unstorable(m, "", everything)...)
	if err := violations.Add("", bounds(m.Interface())); err != nil {
		return err
	}
	if err := violations.Add("", k.table.Check(c, r)); err != nil {
		return err
	}
	return violations.Err()
}

// CheckRequest says all that is wrong with a request's own fields. The records in it
// are left to Create and Update, which know the whole record.
func CheckRequest(req proto.Message) error {
	var violations fault.List
	violations.Append(missing(req.ProtoReflect(), "", notRecords)...)
	violations.Append(unstorable(req.ProtoReflect(), "", notRecords)...)
	if err := violations.Add("", bounds(req, protovalidate.WithFilter(requestFields{}))); err != nil {
		return err
	}
	return violations.Err()
}

// requestFields validates what is not inside a record.
type requestFields struct{}

// ShouldValidate implements protovalidate.Filter.
func (requestFields) ShouldValidate(m protoreflect.Message, _ protoreflect.Descriptor) bool {
	return notRecords(m.Descriptor())
}

func everything(protoreflect.MessageDescriptor) bool { return true }

func notRecords(d protoreflect.MessageDescriptor) bool { return table.ResourceOf(d) == nil }

// bounds checks a message against what its proto declares.
func bounds(m proto.Message, options ...protovalidate.ValidationOption) error {
	err := protovalidate.Validate(m, options...)
	var invalid *protovalidate.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	var violations fault.List
	for _, v := range invalid.Violations {
		violations.Append(fault.At(jsonPath(v), "%s", v.Proto.GetMessage()))
	}
	return violations.Err()
}

// jsonPath spells a violation's field as the caller's JSON does.
func jsonPath(v *protovalidate.Violation) string {
	var path strings.Builder
	for _, element := range v.Proto.GetField().GetElements() {
		if path.Len() > 0 {
			path.WriteByte('.')
		}
		path.WriteString(fault.JSONName(element.GetFieldName()))
		if element.HasIndex() {
			fmt.Fprintf(&path, "[%d]", element.GetIndex())
		}
	}
	return path.String()
}

// has tells whether a field is declared with a behavior.
func has(fd protoreflect.FieldDescriptor, behavior annotations.FieldBehavior) bool {
	declared, _ := proto.GetExtension(fd.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	for _, b := range declared {
		if b == behavior {
			return true
		}
	}
	return false
}

// missing are the required fields that are absent, in the message and in those below
// it that within accepts.
func missing(m protoreflect.Message, under string, within func(protoreflect.MessageDescriptor) bool) []fault.Field {
	var out []fault.Field
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		path := under + fd.JSONName()
		switch {
		case !m.Has(fd):
			if has(fd, annotations.FieldBehavior_REQUIRED) {
				out = append(out, fault.At(path, "is required"))
			}
		case fd.IsMap() || fd.Message() == nil || !within(fd.Message()):
		case fd.IsList():
			for j := range m.Get(fd).List().Len() {
				out = append(out, missing(m.Get(fd).List().Get(j).Message(), fmt.Sprintf("%s[%d].", path, j), within)...)
			}
		default:
			out = append(out, missing(m.Get(fd).Message(), path+".", within)...)
		}
	}
	return out
}

// unstorable are the texts with the character U+0000 or bytes that are not UTF-8, and
// the instants beyond the calendar, which requests can carry and Postgres cannot, in the message and in those below it that within accepts.
func unstorable(m protoreflect.Message, under string, within func(protoreflect.MessageDescriptor) bool) []fault.Field {
	var out []fault.Field
	look := func(path string, fd protoreflect.FieldDescriptor, v protoreflect.Value) {
		switch {
		case fd.Kind() == protoreflect.StringKind && strings.ContainsRune(v.String(), 0):
			out = append(out, fault.At(path, "must not contain the character U+0000"))
		case fd.Kind() == protoreflect.StringKind && !utf8.ValidString(v.String()):
			out = append(out, fault.At(path, "must be UTF-8"))
		case isTimestamp(fd):
			if v.Message().Interface().(*timestamppb.Timestamp).CheckValid() != nil {
				out = append(out, fault.At(path, "must be an instant between the years 1 and 9999"))
			}
		case fd.Message() != nil && within(fd.Message()):
			out = append(out, unstorable(v.Message(), path+".", within)...)
		}
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		switch path := under + fd.JSONName(); {
		case !m.Has(fd) || fd.IsMap():
		case fd.IsList():
			for j := range m.Get(fd).List().Len() {
				look(fmt.Sprintf("%s[%d]", path, j), fd, m.Get(fd).List().Get(j))
			}
		default:
			look(path, fd, m.Get(fd))
		}
	}
	return out
}

func isTimestamp(fd protoreflect.FieldDescriptor) bool {
	return fd.Message() != nil && fd.Message().FullName() == "google.protobuf.Timestamp"
}

// clearOutput takes off what only the server may say, in the message and below it.
func clearOutput(m protoreflect.Message) {
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case has(fd, annotations.FieldBehavior_OUTPUT_ONLY):
			m.Clear(fd)
		case fd.IsMap() || fd.Message() == nil:
		case fd.IsList():
			for i := range v.List().Len() {
				clearOutput(v.List().Get(i).Message())
			}
		default:
			clearOutput(v.Message())
		}
		return true
	})
}
