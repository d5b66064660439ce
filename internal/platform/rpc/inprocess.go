package rpc

import (
	"context"

	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// inProcess is a connection to methods of this process, through the same chain of
// interceptors that a caller over the network reaches, without a socket. It takes
// registrations like a server.
type inProcess struct {
	chain   grpc.UnaryServerInterceptor
	methods map[string]method
}

type method struct {
	service any
	handler grpc.MethodHandler
}

// RegisterService implements grpc.ServiceRegistrar.
func (c *inProcess) RegisterService(d *grpc.ServiceDesc, service any) {
	for _, m := range d.Methods {
		c.methods["/"+d.ServiceName+"/"+m.MethodName] = method{service, m.Handler}
	}
}

// Invoke implements grpc.ClientConnInterface.
func (c *inProcess) Invoke(ctx context.Context, name string, args, reply any, opts ...grpc.CallOption) error {
	m, ok := c.methods[name]
	if !ok {
		return status.Errorf(codes.Unimplemented, "unknown method %s", name)
	}
	stream := &exchange{method: name}
	sent, _ := metadata.FromOutgoingContext(ctx)
	ctx = metadata.NewIncomingContext(ctx, sent)
	ctx = grpc.NewContextWithServerTransportStream(ctx, stream)
	answer, err := m.handler(m.service, ctx, func(in any) error {
		proto.Merge(in.(proto.Message), args.(proto.Message))
		return nil
	}, c.chain)
	stream.give(opts)
	if err != nil {
		return err
	}
	take(reply.(proto.Message).ProtoReflect(), answer.(proto.Message).ProtoReflect())
	return nil
}

// take gives an empty message the fields of another, which its method is done with: a copy of
// an export would be as large again.
func take(to, from protoreflect.Message) {
	from.Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		to.Set(field, v)
		return true
	})
}

// NewStream implements grpc.ClientConnInterface; no method of ours streams.
func (c *inProcess) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, status.Error(codes.Unimplemented, "streams need a network connection")
}

// exchange carries headers and trailers from the method to its caller.
type exchange struct {
	method string

	mu              sync.Mutex
	header, trailer metadata.MD
}

// Method implements grpc.ServerTransportStream.
func (e *exchange) Method() string { return strings.TrimPrefix(e.method, "/") }

// SetHeader implements grpc.ServerTransportStream.
func (e *exchange) SetHeader(md metadata.MD) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.header = metadata.Join(e.header, md)
	return nil
}

// SendHeader implements grpc.ServerTransportStream.
func (e *exchange) SendHeader(md metadata.MD) error { return e.SetHeader(md) }

// SetTrailer implements grpc.ServerTransportStream.
func (e *exchange) SetTrailer(md metadata.MD) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.trailer = metadata.Join(e.trailer, md)
	return nil
}

func (e *exchange) give(opts []grpc.CallOption) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, o := range opts {
		switch o := o.(type) {
		case grpc.HeaderCallOption:
			*o.HeaderAddr = e.header
		case grpc.TrailerCallOption:
			*o.TrailerAddr = e.trailer
		}
	}
}
