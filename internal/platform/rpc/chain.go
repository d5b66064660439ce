package rpc

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
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

// Authenticator finds the call that a credential speaks for. It refuses with
// UNAUTHENTICATED.
type Authenticator func(ctx context.Context, credential string) (*call.Call, error)

// Chain is what every request passes, over gRPC and REST alike.
type Chain struct {
	Policies     Policies
	Authenticate Authenticator
	// Visitor makes the call of a public method, which has no credential; scope is
	// a digest of its idempotency key and request, nil without a key.
	Visitor func(scope []byte) *call.Call
	Keys    *secret.Master
	Limits  *Limiter
	Log     *slog.Logger
	Metrics *Metrics
}

// Unary is the chain as an interceptor: outermost it recovers and logs, innermost it
// validates.
func (c *Chain) Unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (answer any, err error) {
	begun := time.Now()
	requestID := requestIDOf(ctx)
	_ = grpc.SetHeader(ctx, metadata.Pairs(mdRequestID, requestID))
	defer func() {
		if p := recover(); p != nil {
			err = fault.Internal(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
		if err != nil {
			answer, err = nil, c.refuse(ctx, requestID, info.FullMethod, err)
		}
		c.Metrics.observe(info.FullMethod, status.Code(err), time.Since(begun))
		c.Log.LogAttrs(ctx, slog.LevelDebug, "request", slog.String("method", info.FullMethod),
			slog.String("request_id", requestID), slog.String("code", status.Code(err).String()), slog.Duration("took", time.Since(begun)))
	}()
	policy, ours := c.Policies[info.FullMethod]
	if !ours {
		return handler(ctx, req) // health
	}
	ctx, cancel := context.WithTimeout(ctx, policy.Deadline)
	defer cancel()
	return c.serve(ctx, policy, requestID, req.(proto.Message), handler)
}

// serve admits, validates and answers one request to a method of ours.
func (c *Chain) serve(ctx context.Context, p *Policy, requestID string, req proto.Message, handler grpc.UnaryHandler) (any, error) {
	current, err := c.admit(ctx, p)
	if err != nil {
		return nil, err
	}
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
	current.Method, current.RequestID = p.Method, requestID
	current.IdempotencyKey, current.Fingerprint = key, fingerprint
	current.ValidateOnly = boolField(req.ProtoReflect(), "validate_only")
	current.Etags, current.IfMatch = etagsOf(ctx, req.ProtoReflect())
	answer, err := handler(call.With(ctx, current), req)
	if current.Replayed {
		_ = grpc.SetHeader(ctx, metadata.Pairs(mdReplayed, "true"))
	}
	if err != nil {
		return nil, ifMatch(err, current)
	}
	return answer, nil
}

// admit finds out who calls, counts the request against the caller's limit and holds
// the permission against the policy. A stranger, who may call public methods alone,
// is nil.
func (c *Chain) admit(ctx context.Context, p *Policy) (*call.Call, error) {
	if p.Access.GetPublic() {
		return nil, c.Limits.AllowVisitor(ctx, clientAddress(ctx))
	}
	credential := first(ctx, mdAuthorization)
	if credential == "" {
		return nil, fault.New(codes.Unauthenticated, optionsv1.Reason_CREDENTIAL_MISSING, "Send an API key as `Authorization: Bearer …`.")
	}
	current, err := c.Authenticate(ctx, credential)
	if err != nil {
		return nil, err
	}
	if err := c.Limits.Allow(ctx, current.KeyID.String()); err != nil {
		return nil, err
	}
	if permission := p.Access.GetPermission(); permission != "" && !current.Allows(permission) {
		e := fault.New(codes.PermissionDenied, optionsv1.Reason_PERMISSION_MISSING, "The caller needs the permission %s.", permission)
		e.Metadata = map[string]string{"permission": permission}
		return nil, e
	}
	return current, nil
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
	if e.Code == codes.Internal || e.Code == codes.Unavailable {
		c.Log.LogAttrs(ctx, slog.LevelError, "failure", slog.String("method", method),
			slog.String("request_id", requestID), slog.String("error", e.Error()))
	}
	if e.RetryAfter > 0 {
		_ = grpc.SetHeader(ctx, metadata.Pairs(mdRetryAfter, fmt.Sprintf("%.0f", max(1, e.RetryAfter.Seconds()))))
	}
	withID, detailErr := e.GRPCStatus().WithDetails(&errdetails.RequestInfo{RequestId: requestID})
	if detailErr != nil {
		return e.GRPCStatus().Err()
	}
	return withID.Err()
}

// idempotencyKey reads the key of a method that writes.
func idempotencyKey(ctx context.Context, p *Policy) (string, error) {
	key := first(ctx, mdIdempotencyKey)
	if p.ReadOnly {
		return "", nil
	}
	if len(key) > maxIdempotencyKeyLen {
		return "", fault.Invalid(fault.At("Idempotency-Key", "is longer than %d characters", maxIdempotencyKeyLen))
	}
	return key, nil
}

// requestIDOf is the caller's own request id if it is a fit one, or a fresh one.
func requestIDOf(ctx context.Context) string {
	given := first(ctx, mdRequestID)
	if given == "" || len(given) > maxRequestIDLen || !printable(given) {
		return id.Format("req", id.New())
	}
	return given
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x21 || s[i] > 0x7e {
			return false
		}
	}
	return true
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
