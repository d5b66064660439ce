package rpc

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"reflect"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

// marshaler converts JSON strictly: a body is one JSON value without unknown fields, and a response
// includes all its fields.
type marshaler struct {
	runtime.JSONPb
}

// newMarshaler returns a marshaler that writes a file (google.api.HttpBody) as its bytes.
func newMarshaler() runtime.Marshaler {
	return &runtime.HTTPBodyMarshaler{Marshaler: newJSON()}
}

func newJSON() *marshaler {
	return &marshaler{runtime.JSONPb{MarshalOptions: protojson.MarshalOptions{EmitUnpopulated: true}}}
}

// NewDecoder implements runtime.Marshaler. The generated handlers decode into a message or into a
// pointer to one.
func (m *marshaler) NewDecoder(r io.Reader) runtime.Decoder {
	return runtime.DecoderFunc(func(v any) error {
		raw, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(raw)) == 0 {
			return io.EOF
		}
		m := messageOf(v)
		if protojson.Unmarshal(raw, m) == nil {
			return nil
		}
		emptied := emptyNullValues(raw, m.ProtoReflect().Descriptor())
		if emptied != nil && protojson.Unmarshal(emptied, m) == nil {
			return nil
		}
		return bodyViolations(checkBody(raw, m.ProtoReflect().Descriptor()))
	})
}

// emptyNullValues returns a body in which the nulls in maps of strings are empty strings, which
// remove a key (RFC 7396). It returns nil if the body has no such null.
func emptyNullValues(raw []byte, d protoreflect.MessageDescriptor) []byte {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return nil
	}
	changed := false
	for name, value := range fields {
		fd := cmp.Or(d.Fields().ByJSONName(name), d.Fields().ByName(protoreflect.Name(name)))
		var pairs map[string]*string
		if fd == nil || !fd.IsMap() || json.Unmarshal(value, &pairs) != nil {
			continue
		}
		for key, text := range pairs {
			if text == nil {
				pairs[key], changed = new(string), true
			}
		}
		fields[name], _ = json.Marshal(pairs)
	}
	if !changed {
		return nil
	}
	emptied, _ := json.Marshal(fields)
	return emptied
}

// UnmarshalBody reads the JSON body of a RawMethod into a message. It is as strict as the generated
// handlers, and fails with BODY_INVALID.
func UnmarshalBody(raw []byte, m proto.Message) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	if protojson.Unmarshal(raw, m) != nil {
		return fault.InvalidFor(optionsv1.Reason_BODY_INVALID, checkBody(raw, m.ProtoReflect().Descriptor())...)
	}
	return nil
}

// messageOf returns the message that v is or points to. It creates a missing message.
func messageOf(v any) proto.Message {
	if m, ok := v.(proto.Message); ok {
		return m
	}
	field := reflect.ValueOf(v).Elem()
	if field.IsNil() {
		field.Set(reflect.New(field.Type().Elem()))
	}
	return field.Interface().(proto.Message)
}
