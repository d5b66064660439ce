// Package rpc serves the API: the gRPC server, REST through the same methods in the same process,
// and the interceptor chain for both, which reads its policy from proto options. It guarantees
// that every request to a method passes the chain and that no part of a request is silently
// ignored. Services implement the methods; package identity authenticates callers.
package rpc

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/rs/cors"
	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	encodingproto "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"
)

// Limits on connections. Sizes are in bytes.
const (
	maxMessage        = 4 << 20
	maxStreams        = 256 // per gRPC connection
	maxHeader         = 32 << 10
	readHeaderTimeout = 10 * time.Second
	transferTimeout   = time.Minute
	readyTimeout      = 2 * time.Second
	idleTimeout       = 2 * time.Minute
	drainTimeout      = 20 * time.Second
)

// The paths of liveness and readiness probes.
const (
	livePath  = "/livez"
	readyPath = "/readyz"
)

// streamWorkers is how many goroutines serve calls and are reused with their grown stacks.
// Growing the stack of a new goroutine for each call took a tenth of the server's time. Further
// concurrent calls get new goroutines.
const streamWorkers = 64

// Config configures a server.
type Config struct {
	Services []Service
	// RawMethods are the methods whose request or response body over REST is a file.
	RawMethods []RawMethod
	// OpenAPI is the document at /openapi.json.
	OpenAPI []byte
	// Origins are the web origins whose scripts may call the API (CORS).
	Origins []string
	// Ready returns an error if the server cannot serve requests.
	Ready func(context.Context) error
}

// Server serves gRPC and REST.
type Server struct {
	proxies Proxies
	grpc    *grpc.Server
	health  *health.Server
	local   *inProcess
	http    http.Handler
}

// New returns a server. It reads the chain's policies from the proto options of the services. It
// fails if a method declares no policy.
func New(ctx context.Context, chain *Chain, config Config) (*Server, error) {
	chain.calls = newSharedLimit(maxCalls, maxCallsPerKey)
	chain.visitors = newSharedLimit(maxVisitors, maxVisitorsPerAddress)
	chain.probes = newSharedLimit(maxProbes, maxProbesPerAddress)
	s := &Server{
		proxies: chain.Proxies,
		grpc: grpc.NewServer(
			grpc.InTapHandle(chain.tap),
			grpc.UnaryInterceptor(chain.Unary),
			grpc.UnknownServiceHandler(unknownMethod),
			grpc.ForceServerCodecV2(requestCodec{encoding.GetCodecV2(encodingproto.Name)}),
			grpc.NumStreamWorkers(streamWorkers),
			grpc.MaxRecvMsgSize(maxMessage),
			grpc.MaxHeaderListSize(maxHeader),
			grpc.MaxConcurrentStreams(maxStreams),
			grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionIdle: 15 * time.Minute}),
		),
		health: health.NewServer(),
		local:  &inProcess{chain: chain.Unary, methods: map[string]method{}},
	}
	var rest []Register
	for _, service := range config.Services {
		service.GRPC(decodingRegistrar{s.grpc})
		service.GRPC(s.local)
		rest = append(rest, service.REST)
	}
	policies, err := PoliciesOf(s.grpc.GetServiceInfo())
	if err != nil {
		return nil, err
	}
	chain.Policies = policies
	healthv1.RegisterHealthServer(s.grpc, s.health)
	reflection.Register(s.grpc)
	gateway, err := newGateway(ctx, chain, s.local, rest, config.RawMethods)
	if err != nil {
		return nil, err
	}
	s.http = chain.logHTTP(withHead(withPages(gateway, config)))
	return s, nil
}

// withPages serves the API together with the reference, the OpenAPI document and the probes.
func withPages(api http.Handler, config Config) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", withIndent(api))
	mux.Handle("GET /{$}", http.RedirectHandler("/docs/", http.StatusFound))
	mux.HandleFunc("GET "+livePath, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET "+readyPath, func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
		defer cancel()
		if err := config.Ready(ctx); err != nil {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ok\n"))
	})
	serveDocument(mux, config.OpenAPI)
	serveDocs(mux)
	return withSecurityHeaders(withCORS(gzhttp.GzipHandler(mux), config.Origins))
}

// withCORS allows scripts of the configured origins to call the API. By default none may.
func withCORS(next http.Handler, origins []string) http.Handler {
	if len(origins) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: []string{"GET", "HEAD", "POST", "PATCH", "DELETE"},
		AllowedHeaders: []string{
			"Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "If-Range", "Range",
			"X-Request-Id", "Traceparent", "Accept-Language", "Attach-Files",
			"Tus-Resumable", "Upload-Checksum", "Upload-Length", "Upload-Metadata", "Upload-Offset",
		},
		ExposedHeaders: []string{
			"ETag", "Accept-Ranges", "Content-Disposition", "Content-Range", "X-Request-Id", "Idempotency-Replayed",
			"Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "Allow", "Location",
			"Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm",
			"Upload-Expires", "Upload-File-Id", "Upload-Length", "Upload-Metadata", "Upload-Offset",
		},
		MaxAge: 600,
	}).Handler(next)
}

// HTTP returns the handler of the REST API and its pages.
func (s *Server) HTTP() http.Handler { return s.http }

// Conn returns a connection to the methods in this process, through the whole chain.
func (s *Server) Conn() grpc.ClientConnInterface { return s.local }

// Serve serves both listeners until the context ends, then drains the requests in progress. If
// secure is not nil, both listeners use TLS.
func (s *Server) Serve(ctx context.Context, grpcListener, httpListener net.Listener, secure *tls.Config) error {
	grpcListener, httpListener = s.proxies.limitConnections(grpcListener), s.proxies.limitConnections(httpListener)
	if secure != nil {
		grpcListener, httpListener = tls.NewListener(grpcListener, secure), tls.NewListener(httpListener, secure)
	}
	web := &http.Server{
		Handler: s.http, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: transferTimeout,
		WriteTimeout: transferTimeout + deadline, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
	}
	failed := make(chan error, 2)
	go func() { failed <- s.grpc.Serve(grpcListener) }()
	go func() { failed <- web.Serve(httpListener) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	s.drain(web)
	return err
}

func (s *Server) drain(web *http.Server) {
	s.health.Shutdown()
	ctx, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	finished := make(chan struct{})
	go func() {
		s.grpc.GracefulStop()
		close(finished)
	}()
	_ = web.Shutdown(ctx)
	select {
	case <-finished:
	case <-ctx.Done():
		s.grpc.Stop()
	}
}
