package rpc

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
)

// RawMethod serves a method whose request or response over REST is not JSON: its body is a file, or
// its fields are headers. It replaces the generated handler at the method's path and passes the
// same chain. The body is not read before the caller is admitted.
type RawMethod struct {
	// Method is the RPC without its leading slash.
	Method string
	// Serves reports whether it serves a request. The generated handler serves all others. If it is
	// nil, the raw method serves every request.
	Serves func(r *http.Request) bool
	// Header is sent with every response to a request that Serves accepts, also with an error.
	Header map[string]string
	// Options is sent in response to OPTIONS at the method's path. If it is nil, OPTIONS is refused.
	Options map[string]string
	// ReadHeader completes the request, before it is validated, by what its headers say. It may be
	// nil.
	ReadHeader func(req proto.Message, r *http.Request) error
	// Signed is true for a public method whose requests another server signs. It is limited as callers
	// with a credential are, not as visitors, because one address sends many. Handle must check the
	// signature before it does anything that is costly.
	Signed bool
	// Deadline is how long the caller may take to send the body or to receive the response.
	Deadline time.Duration
	// Handle executes the request, which is built from path, query and headers. The body is in r.
	Handle func(ctx context.Context, req proto.Message, r *http.Request) (proto.Message, error)
	// WriteResponse writes the response of Handle, within the chain. It must not fail after it
	// wrote a byte. If it is nil, the response is written as JSON.
	WriteResponse func(w http.ResponseWriter, r *http.Request, response proto.Message) error
}

// rawRoute serves a RawMethod at its route.
type rawRoute struct {
	RawMethod
	gateway *gateway
	chain   *Chain
	route   route
}

// routeRawMethods serves requests to the raw methods, and passes all others to next.
func (g *gateway) routeRawMethods(chain *Chain, methods []RawMethod, next http.Handler) (http.Handler, error) {
	var all []rawRoute
	for _, p := range methods {
		policy := chain.Policies["/"+p.Method]
		r, known := g.routes.routeFor(policy)
		if !known {
			return nil, fmt.Errorf("rpc: %s is not a method of a registered service", p.Method)
		}
		policy.Deadline, policy.Signed = p.Deadline, p.Signed
		all = append(all, rawRoute{p, g, chain, r})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, d := range all {
			switch {
			case !d.route.path.MatchString(r.URL.Path):
			case r.Method == http.MethodOptions && d.Options != nil:
				setHeaders(w, d.Options)
				w.WriteHeader(http.StatusNoContent)
				return
			case r.Method == d.route.httpMethod && (d.Serves == nil || d.Serves(r)):
				setHeaders(w, d.Header)
				d.ServeHTTP(w, r)
				return
			}
		}
		next.ServeHTTP(w, r)
	}), nil
}

func setHeaders(w http.ResponseWriter, headers map[string]string) {
	for name, value := range headers {
		w.Header().Set(name, value)
	}
}

// routeFor returns the route of a method.
func (rs routes) routeFor(p *Policy) (route, bool) {
	for _, r := range rs {
		if p != nil && r.method == p.Method {
			return r, true
		}
	}
	return route{}, false
}

// ServeHTTP implements http.Handler.
func (d rawRoute) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.extendDeadlines(w)
	stream := &localStream{method: "/" + d.Method}
	response, err := d.invoke(stream, w, r)
	ctx := runtime.NewServerMetadataContext(r.Context(), runtime.ServerMetadata{HeaderMD: stream.header})
	if err != nil {
		d.gateway.writeError(ctx, nil, nil, w, r, err)
		return
	}
	if d.WriteResponse != nil {
		return // invoke has written the response
	}
	stream.writeHeaders(w)
	if err := WriteJSON(ctx, w, response); err != nil {
		d.gateway.writeError(ctx, nil, nil, w, r, fault.From(err))
	}
}

// writeHeaders sets the response headers that the chain has set so far.
func (e *localStream) writeHeaders(w http.ResponseWriter) {
	for key, name := range outgoing {
		for _, v := range e.header.Get(key) {
			w.Header().Set(name, v)
		}
	}
}

// extendDeadlines replaces the server's timeouts, which suit small bodies, with the method's
// timeouts.
func (d rawRoute) extendDeadlines(w http.ResponseWriter) {
	until := calendar.System().Now().Add(d.Deadline)
	control := http.NewResponseController(w)
	// Ignore the error of a writer without deadlines, such as a recorder in a test.
	_ = control.SetReadDeadline(until)
	_ = control.SetWriteDeadline(until.Add(deadline))
}

// invoke passes a request through the chain to the method, and writes its response.
func (d rawRoute) invoke(e *localStream, w http.ResponseWriter, r *http.Request) (proto.Message, error) {
	ctx, header, err := d.chain.admitHTTP(r, d.chain.Policies[e.method])
	if err != nil {
		e.header = header
		return nil, err
	}
	req, err := d.request(r)
	if err != nil {
		return nil, err
	}
	ctx = grpc.NewContextWithServerTransportStream(metadata.NewIncomingContext(ctx, metadataOf(r)), e)
	handler := func(ctx context.Context, req any) (any, error) {
		response, err := d.Handle(ctx, req.(proto.Message), r)
		if err != nil || d.WriteResponse == nil {
			return response, err
		}
		e.writeHeaders(w)
		return response, d.WriteResponse(w, r, response)
	}
	response, err := d.chain.Unary(ctx, req, &grpc.UnaryServerInfo{FullMethod: e.method}, handler)
	if err != nil {
		return nil, err
	}
	return response.(proto.Message), nil
}

// request builds the method's request from path, query and headers.
func (d rawRoute) request(r *http.Request) (proto.Message, error) {
	if err := d.route.query.check(r); err != nil {
		return nil, err
	}
	kind, err := protoregistry.GlobalTypes.FindMessageByName(d.chain.Policies["/"+d.Method].Input.FullName())
	if err != nil {
		return nil, err
	}
	req := kind.New().Interface()
	if err := runtime.PopulateQueryParameters(req, r.URL.Query(), utilities.NewDoubleArray(nil)); err != nil {
		return nil, fault.InvalidFor(optionsv1.Reason_QUERY_PARAMETER_INVALID, fault.At("query", "cannot be read"))
	}
	fields := req.ProtoReflect().Descriptor().Fields()
	for i, value := range d.route.path.FindStringSubmatch(r.URL.Path)[1:] {
		name := pathParameter.FindAllStringSubmatch(d.route.template, -1)[i][1]
		req.ProtoReflect().Set(fields.ByName(protoreflect.Name(name)), protoreflect.ValueOfString(value))
	}
	if d.ReadHeader == nil {
		return req, nil
	}
	return req, d.ReadHeader(req, r)
}

// WriteJSON writes a response as the generated handlers do.
func WriteJSON(ctx context.Context, w http.ResponseWriter, response proto.Message) error {
	m := newMarshaler()
	raw, err := m.Marshal(response)
	if err != nil {
		return err
	}
	if err := setETag(ctx, w, response); err != nil {
		return err
	}
	w.Header().Set("Content-Type", m.ContentType(response))
	_, _ = w.Write(raw)
	return nil
}

// BodyTooLarge refuses a body of more than limit bytes. (413)
func BodyTooLarge(limit int64) error {
	return fault.New(
		codes.ResourceExhausted, optionsv1.Reason_BODY_TOO_LARGE, "The body is larger than %d MiB.", limit>>20,
	)
}
