package app

import (
	"context"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"

	"backoffice/internal/platform/rpc"
)

// service joins an implementation S to the three things that are generated for it:
// its registration with gRPC, its client C, and the REST handlers that call C.
func service[S, C any](
	implementation S,
	register func(grpc.ServiceRegistrar, S),
	client func(grpc.ClientConnInterface) C,
	handle func(context.Context, *runtime.ServeMux, C) error,
) rpc.Service {
	return rpc.Service{
		GRPC: func(r grpc.ServiceRegistrar) { register(r, implementation) },
		REST: func(ctx context.Context, mux *runtime.ServeMux, conn grpc.ClientConnInterface) error {
			return handle(ctx, mux, client(conn))
		},
	}
}
