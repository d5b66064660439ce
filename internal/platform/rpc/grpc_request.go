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

// decodingRegistrar registers services so that a request that cannot be decoded is refused with
// BODY_INVALID. By default the gRPC server reports an internal error.
type decodingRegistrar struct{ grpc.ServiceRegistrar }

// RegisterService implements grpc.ServiceRegistrar.
func (r decodingRegistrar) RegisterService(d *grpc.ServiceDesc, service any) {
	wrapped := *d
	wrapped.Methods = slices.Clone(d.Methods)
	for i, m := range d.Methods {
		wrapped.Methods[i].Handler = func(
			service any, ctx context.Context, decode func(any) error, chain grpc.UnaryServerInterceptor,
		) (any, error) {
			return m.Handler(service, ctx, func(req any) error { return decodeRequest(decode, req) }, chain)
		}
	}
	r.ServiceRegistrar.RegisterService(&wrapped, service)
}

// decodeRequest decodes a request with requestCodec, which stores its error in encodedRequest.
func decodeRequest(decode func(any) error, req any) error {
	r := &encodedRequest{into: req}
	if err := decode(r); err != nil {
		return err
	}
	if r.err != nil {
		return fault.InvalidFor(
			optionsv1.Reason_BODY_INVALID, fault.At("request", "is not a valid request message of this method"),
		)
	}
	return nil
}

// encodedRequest is a request to decode, and the error of decoding it.
type encodedRequest struct {
	into any
	err  error
}

// requestCodec decodes requests. It returns no errors, since the server would send their text to
// the caller.
type requestCodec struct{ encoding.CodecV2 }

// Unmarshal implements encoding.CodecV2.
func (c requestCodec) Unmarshal(data mem.BufferSlice, v any) error {
	r, isRequest := v.(*encodedRequest)
	if !isRequest {
		return c.CodecV2.Unmarshal(data, v) // health, reflection
	}
	r.err = c.CodecV2.Unmarshal(data, r.into)
	return nil
}

// unknownMethod refuses a call of an unknown method.
func unknownMethod(_ any, stream grpc.ServerStream) error {
	name, _ := grpc.MethodFromServerStream(stream)
	return noMethod(name)
}

func noMethod(name string) error {
	return fault.New(codes.Unimplemented, optionsv1.Reason_ROUTE_NOT_FOUND, "There is no method %s.", name)
}
