package rpc

import (
	"context"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
)

// Service is one of our services, on both wires.
type Service struct {
	// GRPC registers the methods, REST the generated handlers that call them.
	GRPC func(grpc.ServiceRegistrar)
	REST Register
}

// NewService joins an implementation S to the three things that are generated for it:
// its registration with gRPC, its client C, and the REST handlers that call C.
func NewService[S, C any](
	implementation S,
	register func(grpc.ServiceRegistrar, S),
	client func(grpc.ClientConnInterface) C,
	handle func(context.Context, *runtime.ServeMux, C) error,
) Service {
	return Service{
		GRPC: func(r grpc.ServiceRegistrar) { register(r, implementation) },
		REST: func(ctx context.Context, mux *runtime.ServeMux, conn grpc.ClientConnInterface) error {
			return handle(ctx, mux, client(conn))
		},
	}
}
