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

// Plain serves a method over plain HTTP, where body or answer is a file and not JSON. It
// has the method's own path and verb and passes the same chain; only its body is left
// unread until the caller is admitted.
type Plain struct {
	// Method is the RPC without its leading slash.
	Method string
	// Deadline is how long the caller may take to send the body or to take the answer.
	Deadline time.Duration
	// Handle does the work. The request is made of path and query; the body is r's.
	Handle func(ctx context.Context, req proto.Message, r *http.Request) (proto.Message, error)
	// Answer writes what Handle answered, still within the chain; nil: as JSON. Its error comes
	// before a byte is written.
	Answer func(w http.ResponseWriter, r *http.Request, answer proto.Message) error
}

// door is a Plain with the chain and the route that lead to it.
type door struct {
	Plain
	gateway *gateway
	chain   *Chain
	route   route
}

// doors lets requests to plain methods in by them, and all others on to next.
func (g *gateway) doors(chain *Chain, plains []Plain, next http.Handler) (http.Handler, error) {
	var all []door
	for _, p := range plains {
		policy := chain.Policies["/"+p.Method]
		r, known := g.routes.of(policy)
		if !known {
			return nil, fmt.Errorf("%s is served as plain HTTP and is no method", p.Method)
		}
		policy.Deadline = p.Deadline
		all = append(all, door{p, g, chain, r})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, d := range all {
			if r.Method == d.route.verb && d.route.path.MatchString(r.URL.Path) {
				d.ServeHTTP(w, r)
				return
			}
		}
		next.ServeHTTP(w, r)
	}), nil
}

// of is the route of a method.
func (rs routes) of(p *Policy) (route, bool) {
	for _, r := range rs {
		if p != nil && r.method == p.Method {
			return r, true
		}
	}
	return route{}, false
}

// ServeHTTP implements http.Handler.
func (d door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.wait(w)
	exchanged := &exchange{method: "/" + d.Method}
	answer, err := d.pass(exchanged, w, r)
	ctx := runtime.NewServerMetadataContext(r.Context(), runtime.ServerMetadata{HeaderMD: exchanged.header})
	if err != nil {
		d.gateway.writeError(ctx, nil, nil, w, r, err)
		return
	}
	if d.Answer != nil {
		return // by the chain
	}
	exchanged.show(w)
	if err := writeJSON(ctx, w, answer); err != nil {
		d.gateway.writeError(ctx, nil, nil, w, r, fault.From(err))
	}
}

// show writes the headers that the chain has set so far.
func (e *exchange) show(w http.ResponseWriter) {
	for key, name := range outgoing {
		for _, v := range e.header.Get(key) {
			w.Header().Set(name, v)
		}
	}
}

// wait gives the caller the method's own time, in place of that for small bodies.
func (d door) wait(w http.ResponseWriter) {
	until := calendar.System().Now().Add(d.Deadline)
	control := http.NewResponseController(w)
	// What cannot be told to wait, such as a recorder in a test, does not hurry.
	_ = control.SetReadDeadline(until)
	_ = control.SetWriteDeadline(until.Add(deadline))
}

// pass takes a request through the chain to the method, and to the writing of its answer.
func (d door) pass(e *exchange, w http.ResponseWriter, r *http.Request) (proto.Message, error) {
	ctx, header, err := d.chain.admitted(r, d.chain.Policies[e.method])
	if err != nil {
		e.header = header
		return nil, err
	}
	req, err := d.request(r)
	if err != nil {
		return nil, err
	}
	ctx = grpc.NewContextWithServerTransportStream(metadata.NewIncomingContext(ctx, metadataOf(r)), e)
	answer, err := d.chain.Unary(ctx, req, &grpc.UnaryServerInfo{FullMethod: e.method}, func(ctx context.Context, req any) (any, error) {
		answer, err := d.Handle(ctx, req.(proto.Message), r)
		if err != nil || d.Answer == nil {
			return answer, err
		}
		e.show(w)
		return answer, d.Answer(w, r, answer)
	})
	if err != nil {
		return nil, err
	}
	return answer.(proto.Message), nil
}

// request makes the method's request of path and query.
func (d door) request(r *http.Request) (proto.Message, error) {
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
	return req, nil
}

// writeJSON answers a message as the generated handlers do.
func writeJSON(ctx context.Context, w http.ResponseWriter, answer proto.Message) error {
	m := newMarshaler()
	raw, err := m.Marshal(answer)
	if err != nil {
		return err
	}
	if err := tagAnswer(ctx, w, answer); err != nil {
		return err
	}
	w.Header().Set("Content-Type", m.ContentType(answer))
	_, _ = w.Write(raw)
	return nil
}

// TooLarge refuses a body of more than so many bytes. (413)
func TooLarge(most int64) error {
	return fault.New(codes.ResourceExhausted, optionsv1.Reason_BODY_TOO_LARGE, "The body is larger than %d MiB.", most>>20)
}
