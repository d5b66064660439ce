package rpc

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"google.golang.org/genproto/googleapis/rpc/errdetails"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/secret"
)

// Metadata that callers send and get; over REST they are headers.
const (
	mdAuthorization  = "authorization"
	mdIdempotencyKey = "idempotency-key"
	mdIfMatch        = "if-match"
	mdRequestID      = "x-request-id"
	mdReplayed       = "idempotency-replayed"
	mdRetryAfter     = "retry-after"
	mdRemaining      = "ratelimit-remaining"
	mdLimit          = "ratelimit-limit"
)

// Limits on what a caller may send along.
const (
	deadline             = 30 * time.Second
	maxIdempotencyKeyLen = 255
	maxRequestIDLen      = 128
)

// Authenticator finds out who calls.
type Authenticator interface {
	// Recognize returns the name of a credential, however it is spelled. It refuses, without
	// a query and with UNAUTHENTICATED, one that this deployment never issued.
	Recognize(credential string) (name string, err error)
	// Authenticate returns the call that a credential speaks for, or refuses with
	// UNAUTHENTICATED.
	Authenticate(ctx context.Context, credential string) (*call.Call, error)
}

// Chain is what every request passes, over gRPC and REST alike.
type Chain struct {
	Policies    Policies
	Credentials Authenticator
	// Visitor makes the call of a public method, which has no credential; scope is
	// a digest of its idempotency key and request, nil without a key.
	Visitor func(scope []byte) *call.Call
	Keys    *secret.Master
	Limits  *Limiter
	Proxies Proxies
	// Places are those for each load that a method may declare.
	Places map[optionsv1.Load]*Places
	Log    *slog.Logger
	// RequestLevel is the level at which each request is logged.
	RequestLevel slog.Level
	Metrics      *Metrics

	calls, visitors, probes *shares
}

// Unary is the chain as an interceptor: outermost it recovers and logs, innermost it
// validates.
func (c *Chain) Unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (answer any, err error) {
	policy, ours := c.Policies[info.FullMethod]
	if !ours {
		return handler(ctx, req) // health
	}
	r := c.begin(ctx, policy)
	err = r.guard(ctx, func(ctx context.Context) error {
		answer, err = c.serve(ctx, policy, r.id, req.(proto.Message), handler)
		return err
	})
	r.observe(ctx, err)
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// request is a request under way.
type request struct {
	chain  *Chain
	policy *Policy
	id     string
	begun  time.Time
}

func (c *Chain) begin(ctx context.Context, p *Policy) request {
	return request{chain: c, policy: p, id: requestIDOf(ctx), begun: time.Now()}
}

// guard does a part of a request within the method's deadline. What goes wrong, a panic
// too, becomes the status that the caller gets.
func (r request) guard(ctx context.Context, do func(context.Context) error) (err error) {
	_ = grpc.SetHeader(ctx, metadata.Pairs(mdRequestID, r.id))
	defer func() {
		if thrown := recover(); thrown != nil {
			err = fault.Internal(fmt.Errorf("panic: %v\n%s", thrown, debug.Stack()))
		}
		if err != nil {
			err = r.chain.refuse(ctx, r.id, r.policy.Method, err)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, r.policy.Deadline)
	defer cancel()
	return do(ctx)
}

// observe counts and logs a request that has ended.
func (r request) observe(ctx context.Context, err error) {
	took := time.Since(r.begun)
	r.chain.Metrics.observe("/"+r.policy.Method, status.Code(err), took)
	r.chain.logCall(ctx, r.policy.Method, r.id, status.Code(err).String(), took)
}

// serve admits, validates and answers one request to a method of ours.
func (c *Chain) serve(ctx context.Context, p *Policy, requestID string, req proto.Message, handler grpc.UnaryHandler) (any, error) {
	admitted, err := c.admit(ctx, p)
	if err != nil {
		return nil, err
	}
	_ = grpc.SetHeader(ctx, admitted.header)
	current := admitted.call
	p.check.Tidy(req)
	if err := p.check.Check(req); err != nil {
		return nil, err
	}
	key, err := idempotencyKey(ctx, p)
	if err != nil {
		return nil, err
	}
	var fingerprint []byte
	if key != "" {
		if fingerprint, err = c.fingerprint(p, key, req); err != nil {
			return nil, err
		}
	}
	if current == nil {
		current = c.Visitor(fingerprint)
	}
	current.Method, current.RequestID, current.Permission = p.Method, requestID, p.Access.GetPermission()
	current.IdempotencyKey, current.Fingerprint = key, fingerprint
	current.ValidateOnly = boolField(req.ProtoReflect(), "validate_only")
	current.Etags, current.IfMatch = etagsOf(ctx, req.ProtoReflect())
	if places, bounded := c.Places[p.Load]; bounded {
		leave, err := places.Enter(ctx, current.Organization.ID)
		if err != nil {
			return nil, err
		}
		defer leave()
	}
	answer, err := handler(call.With(ctx, current), req)
	if current.Replayed {
		_ = grpc.SetHeader(ctx, metadata.Pairs(mdReplayed, "true"))
	}
	if err != nil {
		return nil, ifMatch(err, current)
	}
	return answer, nil
}

// fingerprint tells requests apart without keeping what is in them.
func (c *Chain) fingerprint(p *Policy, key string, req proto.Message) ([]byte, error) {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(req)
	return c.Keys.MAC(secret.Idempotency, []byte(p.Method), []byte(key), raw), err
}

// refuse puts an error on the wire and, when it is ours to mend, in the log.
func (c *Chain) refuse(ctx context.Context, requestID, method string, err error) error {
	if _, foreign := status.FromError(err); foreign && !isFault(err) {
		return err
	}
	e := fault.From(err)
	if e.Cause != nil && (e.Code == codes.Internal || e.Code == codes.Unavailable) {
		c.Log.LogAttrs(ctx, slog.LevelError, "failure", slog.String("method", method),
			slog.String("request_id", requestID), slog.String("error", e.Error()))
	}
	if e.RetryAfter > 0 {
		_ = grpc.SetHeader(ctx, metadata.Pairs(mdRetryAfter, retryAfter(e.RetryAfter)))
	}
	withID, detailErr := e.GRPCStatus().WithDetails(&errdetails.RequestInfo{RequestId: requestID})
	if detailErr != nil {
		return e.GRPCStatus().Err()
	}
	return withID.Err()
}

// idempotencyKey reads the key of a method that writes. It refuses a key that is sent
// and says nothing: its caller believes to be safe from a second write.
func idempotencyKey(ctx context.Context, p *Policy) (string, error) {
	keys := metadata.ValueFromIncomingContext(ctx, mdIdempotencyKey)
	if p.ReadOnly || len(keys) == 0 {
		return "", nil
	}
	switch key := keys[0]; {
	case len(keys) > 1:
		return "", badKey("may be sent once")
	case strings.TrimSpace(key) == "":
		return "", badKey("must not be empty; leave the header out to send no key")
	case len(key) > maxIdempotencyKeyLen:
		return "", badKey("is longer than %d characters", maxIdempotencyKeyLen)
	case !printable(key):
		return "", badKey("must be printable ASCII")
	}
	return keys[0], nil
}

func badKey(format string, args ...any) error {
	return fault.Invalid(fault.At("Idempotency-Key", format, args...))
}

// requestIDOf is the caller's own request id if it is a fit one, or a fresh one.
func requestIDOf(ctx context.Context) string {
	given := first(ctx, mdRequestID)
	if given == "" || len(given) > maxRequestIDLen || strings.Contains(given, " ") || !printable(given) {
		return id.Format("req", id.New())
	}
	return given
}

// printable tells whether a header's value is printable ASCII.
func printable(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~' })
}

func first(ctx context.Context, key string) string {
	if values := metadata.ValueFromIncomingContext(ctx, key); len(values) > 0 {
		return values[0]
	}
	return ""
}

func boolField(m protoreflect.Message, name protoreflect.Name) bool {
	fd := m.Descriptor().Fields().ByName(name)
	return fd != nil && fd.Kind() == protoreflect.BoolKind && m.Get(fd).Bool()
}
