package rpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"backoffice/internal/platform/fault"
)

// bodyError begins the text of an error in a body: the violations as JSON come behind
// it, since the generated handlers keep nothing of an error but its text.
const bodyError = "body: "

// bodyViolations is the error for the generated handlers, readBodyError its inverse.
func bodyViolations(fields []fault.Field) error {
	raw, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	return errors.New(bodyError + string(raw))
}

func readBodyError(text string) (fields []fault.Field, ok bool) {
	raw, ok := strings.CutPrefix(text, bodyError)
	return fields, ok && json.Unmarshal([]byte(raw), &fields) == nil
}

// explanation gathers why a body is not the JSON of a message.
type explanation struct{ fields []fault.Field }

// explain says in the API's words, and by the caller's fields, why the JSON library
// refused a body: the library's own text names its types and is not stable.
func explain(raw []byte, d protoreflect.MessageDescriptor) []fault.Field {
	var syntax *json.SyntaxError
	switch err := json.Unmarshal(raw, new(any)); {
	case !utf8.Valid(raw):
		return []fault.Field{fault.At("body", "must be UTF-8")}
	case errors.As(err, &syntax):
		return []fault.Field{fault.At("body", "is not one JSON object: it cannot be read past byte %d", syntax.Offset)}
	}
	var x explanation
	x.message(raw, d, "")
	if len(x.fields) == 0 {
		return []fault.Field{fault.At("body", "is not the JSON that this method takes")}
	}
	return x.fields
}

func (x *explanation) add(path, format string, args ...any) {
	if path == "" {
		path = "body"
	}
	x.fields = append(x.fields, fault.At(path, format, args...))
}

// message explains an object by the fields of a message.
func (x *explanation) message(raw json.RawMessage, d protoreflect.MessageDescriptor, path string) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		x.add(path, "must be a JSON object")
		return
	}
	seen := map[protoreflect.Name]bool{}
	for decoder.More() {
		var value json.RawMessage
		key, _ := decoder.Token()
		if err := decoder.Decode(&value); err != nil {
			return
		}
		name, _ := key.(string)
		at := strings.TrimPrefix(path+"."+name, ".")
		fd := fieldOf(d, name)
		switch {
		case fd == nil:
			x.add(at, "is not a field of this record or request")
		case seen[fd.Name()]:
			x.add(at, "is given twice")
		case string(value) != "null":
			x.field(value, fd, at)
		}
		if fd != nil {
			seen[fd.Name()] = true
			if oneof := fd.ContainingOneof(); oneof != nil && string(value) != "null" {
				if seen[oneof.Name()] {
					x.add(at, "excludes another field that is given")
				}
				seen[oneof.Name()] = true
			}
		}
	}
}

// fieldOf finds a field by either of its spellings.
func fieldOf(d protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	if fd := d.Fields().ByJSONName(name); fd != nil {
		return fd
	}
	return d.Fields().ByName(protoreflect.Name(name))
}

// field explains the value of a field, and each of a list.
func (x *explanation) field(raw json.RawMessage, fd protoreflect.FieldDescriptor, path string) {
	if !fd.IsList() {
		x.value(raw, fd, path)
		return
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		x.add(path, "must be a list")
	}
	for i, element := range list {
		x.value(element, fd, fmt.Sprintf("%s[%d]", path, i))
	}
}

func (x *explanation) value(raw json.RawMessage, fd protoreflect.FieldDescriptor, path string) {
	switch inner := fd.Message(); {
	case fd.IsMap():
	case inner != nil && !strings.HasPrefix(string(inner.FullName()), "google.protobuf."):
		x.message(raw, inner, path)
	case !reads(raw, fd):
		x.add(path, "%s", wanted(fd))
	}
}

// reads tells whether the JSON library takes a value as the field's.
func reads(raw json.RawMessage, fd protoreflect.FieldDescriptor) bool {
	if fd.Kind() == protoreflect.EnumKind {
		var name string
		if json.Unmarshal(raw, &name) != nil {
			return json.Unmarshal(raw, new(int32)) == nil
		}
		return fd.Enum().Values().ByName(protoreflect.Name(name)) != nil
	}
	like := likeOf(fd)
	return like == nil || protojson.Unmarshal(raw, like) == nil
}

// likeOf is a message whose JSON is that of the field's value alone; nil for none.
func likeOf(fd protoreflect.FieldDescriptor) proto.Message {
	switch fd.Kind() {
	case protoreflect.BoolKind:
		return &wrapperspb.BoolValue{}
	case protoreflect.Int32Kind:
		return &wrapperspb.Int32Value{}
	case protoreflect.Int64Kind:
		return &wrapperspb.Int64Value{}
	case protoreflect.StringKind:
		return &wrapperspb.StringValue{}
	case protoreflect.BytesKind:
		return &wrapperspb.BytesValue{}
	case protoreflect.MessageKind:
		if kind, err := protoregistry.GlobalTypes.FindMessageByName(fd.Message().FullName()); err == nil {
			return kind.New().Interface()
		}
	}
	return nil
}
