package app_test

import (
	"math"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// badStrings are sent in each string field.
var badStrings = []string{
	"\x00", "a\x00b", "a\xff", strings.Repeat("x",
		900_000), " ", "\u200b\u200d", "\u202e", "\x1b[31m", "-1", "99999999999999999999999999", "1e999999999",
	"NaN", "2026-13-45", "0000-00-00", "9999-12-31", "-infinity", "'; drop table x; --", "%", "{}", "\"",
	"prs_00000000000000000000000000", strings.Repeat("é", 3000),
}

// mutants returns copies of a request, each with one invalid field. d is the message whose fields,
// and the fields below them, are replaced.
func (in badInput) mutants(base protoreflect.Message, d protoreflect.MessageDescriptor) (out []protoreflect.Message) {
	in.forEachPath(d, nil, func(path []protoreflect.FieldDescriptor) {
		for _, value := range nonsense(path[len(path)-1]) {
			mutant := proto.Clone(base.Interface()).ProtoReflect()
			setPath(mutant, path, value)
			out = append(out, mutant)
		}
	})
	return out
}

// forEachPath calls do with the path of every field that a request may set.
func (in badInput) forEachPath(
	d protoreflect.MessageDescriptor, above []protoreflect.FieldDescriptor, do func([]protoreflect.FieldDescriptor),
) {
	for i := range d.Fields().Len() {
		fd := d.Fields().Get(i)
		path := append(above[:len(above):len(above)], fd)
		switch {
		case fd.IsMap() || outputOnly(fd) || len(path) > 4:
		case fd.Message() == nil || nonsense(fd) != nil:
			do(path)
		default:
			in.forEachPath(fd.Message(), path, do)
		}
	}
}

// nonsense returns invalid values of a field.
func nonsense(fd protoreflect.FieldDescriptor) (out []protoreflect.Value) {
	switch fd.Kind() {
	case protoreflect.StringKind:
		for _, text := range badStrings {
			out = append(out, protoreflect.ValueOfString(text))
		}
	case protoreflect.Int32Kind:
		for _, n := range []int32{-1, math.MinInt32, math.MaxInt32} {
			out = append(out, protoreflect.ValueOfInt32(n))
		}
	case protoreflect.Int64Kind:
		for _, n := range []int64{-1, math.MinInt64, math.MaxInt64} {
			out = append(out, protoreflect.ValueOfInt64(n))
		}
	case protoreflect.EnumKind:
		for _, n := range []protoreflect.EnumNumber{-1, math.MaxInt32} {
			out = append(out, protoreflect.ValueOfEnum(n))
		}
	case protoreflect.BytesKind:
		for _, raw := range []string{"", "\x00", "\xff\xfe", "a;b;c\n1;2", "<?xml?>"} {
			out = append(out, protoreflect.ValueOfBytes([]byte(raw)))
		}
	case protoreflect.BoolKind:
		out = append(out, protoreflect.ValueOfBool(true))
	case protoreflect.MessageKind:
		return nonsenseMessages(fd)
	}
	return out
}

// nonsenseMessages returns invalid values of a field with a well-known message type.
func nonsenseMessages(fd protoreflect.FieldDescriptor) (out []protoreflect.Value) {
	switch fd.Message().FullName() {
	case "google.protobuf.Timestamp", "google.protobuf.Duration":
		for _, seconds := range []int64{math.MinInt64, math.MaxInt64, -62135596800, 253402300799, -1} {
			for _, nanos := range []int32{0, -1, math.MaxInt32} {
				v := empty(fd.Message())
				v.Set(v.Descriptor().Fields().ByName("seconds"), protoreflect.ValueOfInt64(seconds))
				v.Set(v.Descriptor().Fields().ByName("nanos"), protoreflect.ValueOfInt32(nanos))
				out = append(out, protoreflect.ValueOfMessage(v))
			}
		}
	case "google.protobuf.FieldMask":
		for _, paths := range [][]string{{"*"}, {"\x00"}, {""}, {"a.b.c"}, {"id"}, {strings.Repeat("a.", 5000)}} {
			v := empty(fd.Message())
			set(v, "paths", paths)
			out = append(out, protoreflect.ValueOfMessage(v))
		}
	}
	return out
}

// setPath sets the field at a path. It creates missing messages above it, and the first element of
// each list.
func setPath(m protoreflect.Message, path []protoreflect.FieldDescriptor, value protoreflect.Value) {
	fd := path[0]
	switch {
	case len(path) == 1 && fd.IsList():
		list := m.Mutable(fd).List()
		list.Truncate(0)
		list.Append(value)
	case len(path) == 1:
		m.Set(fd, value)
	case fd.IsList():
		list := m.Mutable(fd).List()
		if list.Len() == 0 {
			list.AppendMutable()
		}
		setPath(list.Get(0).Message(), path[1:], value)
	default:
		setPath(m.Mutable(fd).Message(), path[1:], value)
	}
}
