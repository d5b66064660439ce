package rpc

import (
	"context"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
)

// Service is an API service, over gRPC and REST.
type Service struct {
	// GRPC registers the methods; REST registers the generated handlers that call them.
	GRPC func(grpc.ServiceRegistrar)
	REST Register
}

// NewService returns the service of an implementation S. The other arguments are generated: the
// registration with gRPC, the constructor of the client C, and the REST handlers that call C.
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
