package rpc

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"

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
// pointer to one, or into bytes if these are the body.
func (m *marshaler) NewDecoder(r io.Reader) runtime.Decoder {
	return runtime.DecoderFunc(func(v any) error {
		raw, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(raw)) == 0 {
			return io.EOF
		}
		if content, isBytes := v.(*[]byte); isBytes {
			if json.Unmarshal(raw, content) != nil {
				return bodyViolations([]fault.Field{fault.At("", "must be bytes in base64")})
			}
			return nil
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

// maxIndent is the maximum number of spaces per level of indented JSON.
const maxIndent = 8

// withIndent indents JSON for people if the caller sends `Accept: application/json; indent=2`.
// By default responses are compact.
func withIndent(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept")
		width := indentOf(r.Header.Get("Accept"))
		if width == 0 {
			next.ServeHTTP(w, r)
			return
		}
		response := &jsonIndenter{ResponseWriter: w}
		next.ServeHTTP(response, r)
		response.flush(width)
	})
}

// indentOf returns the indentation that an Accept header requests, or 0.
func indentOf(accept string) int {
	for part := range strings.SplitSeq(accept, ",") {
		_, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		if width, err := strconv.Atoi(parameters["indent"]); err == nil && width > 0 {
			return min(width, maxIndent)
		}
	}
	return 0
}

// jsonIndenter buffers a JSON response, to indent it. It passes other responses through, including
// files that contain JSON.
type jsonIndenter struct {
	http.ResponseWriter
	code   int
	buffer *bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (l *jsonIndenter) WriteHeader(code int) {
	l.code = code
	kind, _, _ := mime.ParseMediaType(l.Header().Get("Content-Type"))
	isFile := l.Header().Get("Content-Disposition") != ""
	if !isFile && (kind == "application/json" || kind == "application/problem+json") {
		l.buffer = &bytes.Buffer{}
		return
	}
	l.ResponseWriter.WriteHeader(code)
}

// Write implements http.ResponseWriter.
func (l *jsonIndenter) Write(p []byte) (int, error) {
	if l.code == 0 {
		l.WriteHeader(http.StatusOK)
	}
	if l.buffer != nil {
		return l.buffer.Write(p)
	}
	return l.ResponseWriter.Write(p)
}

// Unwrap gives an http.ResponseController access to the connection.
func (l *jsonIndenter) Unwrap() http.ResponseWriter { return l.ResponseWriter }

// flush sends the buffered response, indented.
func (l *jsonIndenter) flush(width int) {
	if l.buffer == nil {
		return
	}
	var out bytes.Buffer
	if json.Indent(&out, bytes.TrimSpace(l.buffer.Bytes()), "", strings.Repeat(" ", width)) != nil {
		out = *l.buffer
	}
	out.WriteByte('\n')
	l.ResponseWriter.WriteHeader(l.code)
	_, _ = l.ResponseWriter.Write(out.Bytes())
}
