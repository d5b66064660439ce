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

// bodyError is the prefix of the message of an error in a body. The violations follow as JSON,
// since the generated handlers keep only the message of an error.
const bodyError = "body: "

// bodyViolations encodes violations as an error for the generated handlers. readBodyError decodes
// it.
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

// bodyChecker collects the violations in a JSON body.
type bodyChecker struct{ fields []fault.Field }

// checkBody returns the violations that made the JSON library refuse a body, in terms of the
// caller's fields. The library's error text names Go types and is not stable.
func checkBody(raw []byte, d protoreflect.MessageDescriptor) []fault.Field {
	var syntax *json.SyntaxError
	switch err := json.Unmarshal(raw, new(any)); {
	case !utf8.Valid(raw):
		return []fault.Field{fault.At("body", "must be UTF-8")}
	case errors.As(err, &syntax):
		return []fault.Field{fault.At("body", "is not a single JSON object: invalid JSON after byte %d", syntax.Offset)}
	}
	var x bodyChecker
	x.message(raw, d, "")
	if len(x.fields) == 0 {
		return []fault.Field{fault.At("body", "is not valid JSON for this method")}
	}
	return x.fields
}

// add adds a violation at path, or of the body as a whole if path is empty.
func (x *bodyChecker) add(path, format string, args ...any) {
	if path == "" {
		path = "body"
	}
	x.fields = append(x.fields, fault.At(path, format, args...))
}

// message checks a JSON object against the fields of a message.
func (x *bodyChecker) message(raw json.RawMessage, d protoreflect.MessageDescriptor, path string) {
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
			x.add(at, "is given more than once")
		case string(value) != "null":
			x.field(value, fd, at)
		}
		if fd != nil {
			seen[fd.Name()] = true
			if oneof := fd.ContainingOneof(); oneof != nil && string(value) != "null" {
				if seen[oneof.Name()] {
					x.add(at, "cannot be combined with another field that is set")
				}
				seen[oneof.Name()] = true
			}
		}
	}
}

// fieldOf finds a field by its JSON or proto name.
func fieldOf(d protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	if fd := d.Fields().ByJSONName(name); fd != nil {
		return fd
	}
	return d.Fields().ByName(protoreflect.Name(name))
}

// field checks the value of a field, or each value of a list.
func (x *bodyChecker) field(raw json.RawMessage, fd protoreflect.FieldDescriptor, path string) {
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

func (x *bodyChecker) value(raw json.RawMessage, fd protoreflect.FieldDescriptor, path string) {
	switch inner := fd.Message(); {
	case fd.IsMap():
		x.textMap(raw, path)
	case inner != nil && !strings.HasPrefix(string(inner.FullName()), "google.protobuf."):
		x.message(raw, inner, path)
	case !isReadable(raw, fd):
		x.add(path, "%s", expectedValue(fd))
	}
}

// textMap checks a map of texts. A null removes its key.
func (x *bodyChecker) textMap(raw json.RawMessage, path string) {
	var pairs map[string]json.RawMessage
	if json.Unmarshal(raw, &pairs) != nil {
		x.add(path, "must be an object")
	}
	for key, value := range pairs {
		if json.Unmarshal(value, new(*string)) != nil {
			x.add(path+"."+key, "must be text")
		}
	}
}

// isReadable reports whether the JSON library accepts a value of the field.
func isReadable(raw json.RawMessage, fd protoreflect.FieldDescriptor) bool {
	if fd.Kind() == protoreflect.EnumKind {
		var name string
		if json.Unmarshal(raw, &name) != nil {
			return json.Unmarshal(raw, new(int32)) == nil
		}
		return fd.Enum().Values().ByName(protoreflect.Name(name)) != nil
	}
	like := wrapperFor(fd)
	return like == nil || protojson.Unmarshal(raw, like) == nil
}

// wrapperFor returns a message whose JSON equals that of the field's value, or nil if there is
// none.
func wrapperFor(fd protoreflect.FieldDescriptor) proto.Message {
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
