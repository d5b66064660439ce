package rpc

import (
	"bytes"
	"io"
	"reflect"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// marshaler is strict JSON: a body is one JSON value without unknown fields, and an
// answer has all its fields.
type marshaler struct {
	runtime.JSONPb
}

// A file, google.api.HttpBody, is answered as its bytes.
func newMarshaler() runtime.Marshaler {
	return &runtime.HTTPBodyMarshaler{Marshaler: newJSON()}
}

func newJSON() *marshaler {
	return &marshaler{runtime.JSONPb{MarshalOptions: protojson.MarshalOptions{EmitUnpopulated: true}}}
}

// NewDecoder implements runtime.Marshaler. The target is a message or a pointer to
// one, as the generated handlers have it.
func (m *marshaler) NewDecoder(r io.Reader) runtime.Decoder {
	return runtime.DecoderFunc(func(v any) error {
		raw, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(raw)) == 0 {
			return io.EOF
		}
		m := target(v)
		if protojson.Unmarshal(raw, m) != nil {
			return bodyViolations(explain(raw, m.ProtoReflect().Descriptor()))
		}
		return nil
	})
}

// target makes the message that v is or points to.
func target(v any) proto.Message {
	if m, ok := v.(proto.Message); ok {
		return m
	}
	field := reflect.ValueOf(v).Elem()
	if field.IsNil() {
		field.Set(reflect.New(field.Type().Elem()))
	}
	return field.Interface().(proto.Message)
}
