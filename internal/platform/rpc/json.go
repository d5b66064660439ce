package rpc

import (
	"bytes"
	"io"
	"reflect"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
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
		if protojson.Unmarshal(raw, m) != nil {
			return bodyViolations(checkBody(raw, m.ProtoReflect().Descriptor()))
		}
		return nil
	})
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
