package rpc

import (
	"context"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

// readable registers services whose requests are refused in the API's words when they
// cannot be read; of itself the gRPC server would call that a fault of its own.
type readable struct{ grpc.ServiceRegistrar }

// RegisterService implements grpc.ServiceRegistrar.
func (r readable) RegisterService(d *grpc.ServiceDesc, service any) {
	own := *d
	own.Methods = slices.Clone(d.Methods)
	for i, m := range d.Methods {
		own.Methods[i].Handler = func(service any, ctx context.Context, decode func(any) error, chain grpc.UnaryServerInterceptor) (any, error) {
			return m.Handler(service, ctx, func(req any) error { return read(decode, req) }, chain)
		}
	}
	r.ServiceRegistrar.RegisterService(&own, service)
}

// read decodes a request by the server's codec, which leaves its error in received.
func read(decode func(any) error, req any) error {
	r := &received{into: req}
	if err := decode(r); err != nil {
		return err
	}
	if r.err != nil {
		return fault.InvalidFor(optionsv1.Reason_BODY_INVALID, fault.At("request", "is not a message of this method in UTF-8"))
	}
	return nil
}

// received is a request that is to be read, and why it could not be.
type received struct {
	into any
	err  error
}

// requestCodec reads requests. It has no errors of its own, since the server would send
// their text to the caller.
type requestCodec struct{ encoding.CodecV2 }

// Unmarshal implements encoding.CodecV2.
func (c requestCodec) Unmarshal(data mem.BufferSlice, v any) error {
	r, ours := v.(*received)
	if !ours {
		return c.CodecV2.Unmarshal(data, v) // health, reflection
	}
	r.err = c.CodecV2.Unmarshal(data, r.into)
	return nil
}

// unknownMethod refuses a call of a method that there is not.
func unknownMethod(_ any, stream grpc.ServerStream) error {
	name, _ := grpc.MethodFromServerStream(stream)
	return noMethod(name)
}

func noMethod(name string) error {
	return fault.New(codes.Unimplemented, optionsv1.Reason_ROUTE_NOT_FOUND, "There is no method %s.", name)
}
