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

// inProcess is a connection to the methods of this process without a socket. Its calls pass the
// same interceptor chain as calls over the network. Services register with it as with a server.
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
	stream := &localStream{method: name}
	sent, _ := metadata.FromOutgoingContext(ctx)
	ctx = metadata.NewIncomingContext(ctx, sent)
	ctx = grpc.NewContextWithServerTransportStream(ctx, stream)
	response, err := m.handler(m.service, ctx, func(in any) error {
		proto.Merge(in.(proto.Message), args.(proto.Message))
		return nil
	}, c.chain)
	stream.copyMetadata(opts)
	if err != nil {
		return err
	}
	moveFields(reply.(proto.Message).ProtoReflect(), response.(proto.Message).ProtoReflect())
	return nil
}

// moveFields sets the fields of an empty message to those of another message that is no longer
// used. It copies nothing, since a response such as an export may be large.
func moveFields(to, from protoreflect.Message) {
	from.Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		to.Set(field, v)
		return true
	})
}

// NewStream implements grpc.ClientConnInterface. It always fails, because no API method uses
// streams.
func (c *inProcess) NewStream(
	context.Context, *grpc.StreamDesc, string, ...grpc.CallOption,
) (grpc.ClientStream, error) {
	return nil, status.Error(codes.Unimplemented, "streams need a network connection")
}

// localStream carries headers and trailers from a method to its caller in this process.
type localStream struct {
	method string

	mu              sync.Mutex
	header, trailer metadata.MD
}

// Method implements grpc.ServerTransportStream.
func (e *localStream) Method() string { return strings.TrimPrefix(e.method, "/") }

// SetHeader implements grpc.ServerTransportStream.
func (e *localStream) SetHeader(md metadata.MD) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.header = metadata.Join(e.header, md)
	return nil
}

// SendHeader implements grpc.ServerTransportStream.
func (e *localStream) SendHeader(md metadata.MD) error { return e.SetHeader(md) }

// SetTrailer implements grpc.ServerTransportStream.
func (e *localStream) SetTrailer(md metadata.MD) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.trailer = metadata.Join(e.trailer, md)
	return nil
}

func (e *localStream) copyMetadata(opts []grpc.CallOption) {
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
