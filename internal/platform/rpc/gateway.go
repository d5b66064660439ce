package rpc

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

// Limits on JSON bodies, in bytes: of one body without a file, and of all bodies in memory at the
// same time, in total and per caller.
const (
	maxBody            = 1 << 20
	maxBodies          = 128 << 20
	maxBodiesPerCaller = 32 << 20
)

// incoming maps request headers to metadata. Other headers do not reach a method.
var incoming = map[string]string{
	"Authorization":   mdAuthorization,
	"Idempotency-Key": mdIdempotencyKey,
	"If-Match":        mdIfMatch,
	"Attach-Files":    mdAttachFiles,
	"X-Request-Id":    mdRequestID,
	"Traceparent":     "traceparent",
	"Accept-Language": "accept-language",
}

// outgoing maps metadata of the response to headers. Other metadata is not sent.
var outgoing = map[string]string{
	mdRequestID: "X-Request-Id",
	mdReplayed:  "Idempotency-Replayed",
	mdLimit:     "RateLimit-Limit",
	mdRemaining: "RateLimit-Remaining",

	mdDisposition: "Content-Disposition",
}

// Register binds a service's generated REST handlers to a connection.
type Register func(ctx context.Context, mux *runtime.ServeMux, conn grpc.ClientConnInterface) error

// gateway serves REST by calling the methods in this process.
type gateway struct {
	chain  *Chain
	routes routes
	bodies *sharedLimit
}

// newGateway returns the REST handler of all services.
func newGateway(
	ctx context.Context, chain *Chain, conn grpc.ClientConnInterface, services []Register, rawMethods []RawMethod,
) (http.Handler, error) {
	rs, err := routesOf(chain.Policies)
	if err != nil {
		return nil, err
	}
	g := &gateway{chain: chain, routes: rs, bodies: newSharedLimit(maxBodies, maxBodiesPerCaller)}
	mux := runtime.NewServeMux(
		runtime.WithMarshalerOption(runtime.MIMEWildcard, newMarshaler()),
		runtime.WithIncomingHeaderMatcher(headerMatcher(incoming, http.CanonicalHeaderKey)),
		runtime.WithOutgoingHeaderMatcher(headerMatcher(outgoing, strings.ToLower)),
		runtime.WithOutgoingTrailerMatcher(func(string) (string, bool) { return "", false }),
		runtime.WithDisablePathLengthFallback(),
		runtime.WithDisableHTTPMethodOverride(),
		runtime.WithMiddlewares(g.checkRequest),
		runtime.WithErrorHandler(g.writeError),
		runtime.WithRoutingErrorHandler(g.routingError),
		runtime.WithForwardResponseOption(setETag),
	)
	for _, register := range services {
		if err := register(ctx, mux, conn); err != nil {
			return nil, err
		}
	}
	all, err := g.routeRawMethods(chain, rawMethods, conditional(mux))
	if err != nil {
		return nil, err
	}
	return chain.Proxies.withPeer(g.withLinks(all)), nil
}

func headerMatcher(names map[string]string, spell func(string) string) runtime.HeaderMatcherFunc {
	return func(key string) (string, bool) {
		to, ok := names[spell(key)]
		return to, ok
	}
}

// checkRequest admits the caller before the body is read. It refuses what the generated handlers
// would silently ignore: unknown query parameters, an unexpected body, and a body that is too
// large.
func (g *gateway) checkRequest(next runtime.HandlerFunc) runtime.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request, params map[string]string) {
		pattern, _ := runtime.HTTPPattern(r.Context())
		route := g.routes[r.Method+" "+pattern.String()]
		ctx, header, err := g.chain.admitHTTP(r, g.chain.Policies["/"+route.method])
		r = r.WithContext(ctx)
		if err == nil {
			// Ignore the caller's deadline: each method declares its own.
			r.Header.Del("Grpc-Timeout")
			err = route.query.check(r)
		}
		if err == nil {
			var release func()
			release, err = g.bufferBody(r, route.maxBody)
			defer release()
		}
		if err != nil {
			ctx = runtime.NewServerMetadataContext(ctx, runtime.ServerMetadata{HeaderMD: header})
			g.writeError(ctx, nil, newMarshaler(), w, r, err)
			return
		}
		next(w, r, params)
	}
}

// bufferBody reads the body into memory, up to a limit. The body counts against the limits of all
// bodies until release is called.
func (g *gateway) bufferBody(r *http.Request, limit int64) (release func(), err error) {
	size := r.ContentLength
	if size < 0 || size > limit {
		size = limit
	}
	release, ok := g.bodies.acquire(admittedRequestOf(r.Context()).name, size)
	if !ok {
		return release, fault.Busy(
			optionsv1.Reason_TEMPORARILY_UNAVAILABLE,
			"Too many large request bodies are in progress; try again in a moment.",
		)
	}
	return release, replaceBody(r, limit)
}

func replaceBody(r *http.Request, limit int64) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	switch {
	case err != nil:
		return badBody("ended before it was complete")
	case len(body) > 0 && (r.Method == http.MethodGet || r.Method == http.MethodDelete):
		return badBody("is not taken by %s", r.Method)
	case int64(len(body)) > limit:
		return BodyTooLarge(limit)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// checkText refuses a path that is not UTF-8 and headers that would not reach the method. For
// example, an unreadable idempotency key must not be dropped.
func checkText(r *http.Request) error {
	if !utf8.ValidString(r.URL.Path) {
		return fault.New(codes.NotFound, optionsv1.Reason_ROUTE_NOT_FOUND, "The path is not UTF-8.")
	}
	for name := range incoming {
		for _, value := range r.Header.Values(name) {
			if !isPrintable(value) {
				return fault.Invalid(fault.At(name, "must be printable ASCII"))
			}
		}
	}
	return nil
}

func badBody(format string, args ...any) error {
	return fault.InvalidFor(optionsv1.Reason_BODY_INVALID, fault.At("body", format, args...))
}

// setETag sets the ETag header of a response that is a record.
func setETag(_ context.Context, w http.ResponseWriter, response proto.Message) error {
	if etag := stringField(response.ProtoReflect(), "etag"); etag != "" {
		w.Header().Set("ETag", `"`+etag+`"`)
	}
	return nil
}
