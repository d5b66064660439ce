package apptest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"

	spb "google.golang.org/genproto/googleapis/rpc/status"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// OverREST calls an organization over REST. It sends each call as the HTTP request of the method's
// annotation, so that one test covers both gRPC and REST.
type OverREST struct{ *Organization }

// Invoke implements grpc.ClientConnInterface.
func (o OverREST) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	r, err := request(ctx, method, args.(proto.Message))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+o.Key)
	sent, _ := metadata.FromOutgoingContext(ctx)
	for key, values := range sent {
		r.Header.Set(key, values[0])
	}
	w := httptest.NewRecorder()
	o.App.Server.HTTP().ServeHTTP(w, r)
	checkREST(o.t, r, Response{Code: w.Code, Header: w.Header(), Raw: w.Body.Bytes()})
	for _, opt := range opts {
		if h, ok := opt.(grpc.HeaderCallOption); ok {
			*h.HeaderAddr = headers(w.Header())
		}
	}
	if w.Code != http.StatusOK {
		return statusOf(w)
	}
	if file, ok := reply.(*httpbody.HttpBody); ok {
		file.ContentType, file.Data = w.Header().Get("Content-Type"), w.Body.Bytes()
		return nil
	}
	return protojson.Unmarshal(w.Body.Bytes(), reply.(proto.Message))
}

func headers(h http.Header) metadata.MD {
	md := metadata.MD{}
	for name, values := range h {
		md[strings.ToLower(name)] = values
	}
	return md
}

func statusOf(w *httptest.ResponseRecorder) error {
	var s spb.Status
	if err := protojson.Unmarshal(w.Body.Bytes(), &s); err != nil {
		return status.Errorf(codes.Unknown, "HTTP %d: %s", w.Code, w.Body)
	}
	return status.FromProto(&s).Err()
}

var pathParameter = regexp.MustCompile(`\{([a-z0-9_]+)\}`)

// request builds the HTTP request of a call from its method's annotation.
func request(ctx context.Context, method string, req proto.Message) (*http.Request, error) {
	name := strings.ReplaceAll(strings.TrimPrefix(method, "/"), "/", ".")
	d, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
	if err != nil {
		return nil, err
	}
	rule := proto.GetExtension(d.Options(), annotations.E_Http).(*annotations.HttpRule)
	verb, template := VerbAndPath(rule)
	rest := proto.Clone(req).ProtoReflect()
	path := pathParameter.ReplaceAllStringFunc(template, func(parameter string) string {
		fd := rest.Descriptor().Fields().ByName(protoreflect.Name(strings.Trim(parameter, "{}")))
		value := rest.Get(fd).String()
		rest.Clear(fd)
		return url.PathEscape(value)
	})
	body, err := takeBody(rule, rest)
	if err != nil {
		return nil, err
	}
	if rule.GetBody() != "*" {
		if query := queryOf(rest); query != "" {
			path += "?" + query
		}
	}
	r := httptest.NewRequestWithContext(ctx, verb, path, strings.NewReader(body))
	return r, nil
}

// VerbAndPath returns the HTTP method and the path template of a method.
func VerbAndPath(rule *annotations.HttpRule) (verb, path string) {
	switch {
	case rule.GetGet() != "":
		return "GET", rule.GetGet()
	case rule.GetPatch() != "":
		return "PATCH", rule.GetPatch()
	case rule.GetDelete() != "":
		return "DELETE", rule.GetDelete()
	}
	return "POST", rule.GetPost()
}

// takeBody returns the HTTP body of a request message and clears the fields that it contains.
func takeBody(rule *annotations.HttpRule, m protoreflect.Message) (string, error) {
	switch rule.GetBody() {
	case "":
		return "", nil
	case "*":
		raw, err := protojson.Marshal(m.Interface())
		return string(raw), err
	}
	fd := m.Descriptor().Fields().ByName(protoreflect.Name(rule.GetBody()))
	if !m.Has(fd) {
		return "", nil
	}
	if fd.Message() == nil {
		file := m.Get(fd).Bytes()
		m.Clear(fd)
		return string(file), nil
	}
	raw, err := protojson.Marshal(m.Get(fd).Message().Interface())
	m.Clear(fd)
	return string(raw), err
}

// queryOf encodes the fields that are set as query parameters.
func queryOf(m protoreflect.Message) string {
	q := url.Values{}
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.IsList():
			for i := range v.List().Len() {
				q.Add(fd.JSONName(), v.List().Get(i).String())
			}
		case fd.Message() != nil:
			q.Set(fd.JSONName(), wellKnown(v.Message().Interface()))
		default:
			q.Set(fd.JSONName(), v.String())
		}
		return true
	})
	return q.Encode()
}

func wellKnown(m proto.Message) string {
	if mask, ok := m.(*fieldmaskpb.FieldMask); ok {
		return strings.Join(mask.GetPaths(), ",")
	}
	raw, err := protojson.Marshal(m)
	if err != nil {
		panic(fmt.Sprintf("%T in a query: %v", m, err))
	}
	return strings.Trim(string(raw), `"`)
}
