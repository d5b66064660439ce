package rpc

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"
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

// Metadata keys of requests and responses. Over REST they are headers.
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

// Limits on a request: the default deadline, and the length of headers in bytes.
const (
	deadline             = 30 * time.Second
	maxIdempotencyKeyLen = 255
	maxRequestIDLen      = 128
)

// Authenticator authenticates API keys.
type Authenticator interface {
	// IdentifyKey returns the id of a credential, whatever its spelling. It runs no query. It
	// refuses a credential that this deployment never issued with UNAUTHENTICATED.
	IdentifyKey(credential string) (name string, err error)
	// Authenticate returns the call that a credential authorizes, or fails with UNAUTHENTICATED.
	Authenticate(ctx context.Context, credential string) (*call.Call, error)
	// AuthenticateKey returns the call that an API key authorizes whose use was proven otherwise. It
	// fails with CREDENTIAL_INVALID if the key is no longer active.
	AuthenticateKey(ctx context.Context, organization, key uuid.UUID) (*call.Call, error)
}

// Chain is the interceptor chain of every request, over gRPC and over REST.
type Chain struct {
	Policies    Policies
	Credentials Authenticator
	// VisitorCall returns the call of a request to a public method, which has no credential. The
	// scope is a digest of its idempotency key and request; nil without a key.
	PublicCall func(scope []byte) *call.Call
	Keys       *secret.Master
	Limits     *Limiter
	Proxies    Proxies
	// Slots are the concurrency slots of each load that a method may declare.
	Slots map[optionsv1.Load]*Slots
	Log   *slog.Logger
	// RequestLevel is the level at which each request is logged.
	RequestLevel slog.Level
	Metrics      *Metrics

	calls, visitors, probes *sharedLimit
}

// Unary is the chain as a gRPC interceptor. It recovers from panics and logs, then authenticates,
// validates the request, and calls the method.
func (c *Chain) Unary(
	ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler,
) (response any, err error) {
	policy, ours := c.Policies[info.FullMethod]
	if !ours {
		return handler(ctx, req) // health checks
	}
	r := c.newRequest(ctx, policy)
	err = r.run(ctx, func(ctx context.Context) error {
		response, err = c.serve(ctx, policy, r.id, req.(proto.Message), handler)
		return err
	})
	r.observe(ctx, err)
	if err != nil {
		return nil, err
	}
	return response, nil
}

// request is a request in progress.
type request struct {
	chain  *Chain
	policy *Policy
	id     string
	begun  time.Time
}

func (c *Chain) newRequest(ctx context.Context, p *Policy) request {
	return request{chain: c, policy: p, id: requestIDOf(ctx), begun: time.Now()}
}

// run runs a part of a request within the method's deadline. It converts an error or a panic to
// the status that the caller receives.
func (r request) run(ctx context.Context, do func(context.Context) error) (err error) {
	_ = grpc.SetHeader(ctx, metadata.Pairs(mdRequestID, r.id))
	defer func() {
		if thrown := recover(); thrown != nil {
			err = fault.Internal(fmt.Errorf("panic: %v\n%s", thrown, debug.Stack()))
		}
		if err != nil {
			err = r.chain.statusError(ctx, r.id, r.policy.Method, err)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, r.policy.Deadline)
	defer cancel()
	return do(ctx)
}

// observe counts and logs a finished request.
func (r request) observe(ctx context.Context, err error) {
	took := time.Since(r.begun)
	r.chain.Metrics.observe("/"+r.policy.Method, status.Code(err), took)
	r.chain.logCall(ctx, r.policy.Method, r.id, status.Code(err).String(), took)
}

// serve admits and validates a request, and calls its method.
func (c *Chain) serve(
	ctx context.Context, p *Policy, requestID string, req proto.Message, handler grpc.UnaryHandler,
) (any, error) {
	admitted, err := c.admit(ctx, p)
	if err != nil {
		return nil, err
	}
	_ = grpc.SetHeader(ctx, admitted.header)
	current := admitted.call
	p.check.Normalize(req)
	if err := p.check.Validate(req); err != nil {
		return nil, err
	}
	if current, err = c.complete(ctx, p, requestID, req, current); err != nil {
		return nil, err
	}
	if slots, limited := c.Slots[p.loadOf(req.ProtoReflect())]; limited {
		release, err := slots.Acquire(ctx, current.Organization.ID)
		if err != nil {
			return nil, err
		}
		defer release()
	}
	response, err := handler(call.With(ctx, current), req)
	if current.Replayed {
		_ = grpc.SetHeader(ctx, metadata.Pairs(mdReplayed, "true"))
	}
	if err != nil {
		return nil, markIfMatch(err, current)
	}
	return response, nil
}

// complete adds to a call what the request says besides its fields: its keys, versions and options.
// A visitor's call is made from the request.
func (c *Chain) complete(
	ctx context.Context, p *Policy, requestID string, req proto.Message, current *call.Call,
) (*call.Call, error) {
	key, err := idempotencyKey(ctx, p)
	if err != nil {
		return nil, err
	}
	attachFiles, err := attachFilesOf(ctx, p)
	if err != nil {
		return nil, err
	}
	fingerprints, err := c.fingerprints(p, key, req, attachFiles)
	if err != nil {
		return nil, err
	}
	if current == nil {
		current = c.PublicCall(fingerprints[0])
	}
	current.Method, current.RequestID, current.Permission = p.Method, requestID, p.Access.GetPermission()
	current.IdempotencyKey, current.Fingerprint, current.PreviousFingerprint = key, fingerprints[0], fingerprints[1]
	current.AttachFiles, current.AttachTo = attachFiles, p.attachTo
	current.ValidateOnly = boolField(req.ProtoReflect(), "validate_only")
	current.Etags, current.IfMatch = etagsOf(ctx, req.ProtoReflect())
	return current, nil
}

// fingerprints returns the MACs of a request with an idempotency key under the current and the
// previous master key, nil without a key. They distinguish requests without storing their content.
func (c *Chain) fingerprints(
	p *Policy, key string, req proto.Message, attachFiles []string,
) (macs [2][]byte, err error) {
	if key == "" {
		return macs, nil
	}
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(req)
	parts := [][]byte{[]byte(p.Method), []byte(key), raw}
	for _, name := range attachFiles {
		parts = append(parts, []byte(name))
	}
	copy(macs[:], c.Keys.MACs(secret.Idempotency, parts...))
	return macs, err
}

// statusError converts an error to the status that the caller receives. It logs server failures.
func (c *Chain) statusError(ctx context.Context, requestID, method string, err error) error {
	if _, isStatus := status.FromError(err); isStatus && !isFault(err) {
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

// idempotencyKey returns the key of a request to a method that writes. It refuses an empty key,
// since its caller expects protection from a second write.
func idempotencyKey(ctx context.Context, p *Policy) (string, error) {
	keys := metadata.ValueFromIncomingContext(ctx, mdIdempotencyKey)
	if p.ReadOnly || len(keys) == 0 {
		return "", nil
	}
	switch key := keys[0]; {
	case len(keys) > 1:
		return "", badKey("may be sent only once")
	case strings.TrimSpace(key) == "":
		return "", badKey("must not be empty; omit the header to send no key")
	case len(key) > maxIdempotencyKeyLen:
		return "", badKey("is longer than %d characters", maxIdempotencyKeyLen)
	case !isPrintable(key):
		return "", badKey("must be printable ASCII")
	}
	return keys[0], nil
}

func badKey(format string, args ...any) error {
	return fault.Invalid(fault.At("Idempotency-Key", format, args...))
}

// requestIDOf returns the request id that the caller sent if it is valid, or else a new one.
func requestIDOf(ctx context.Context) string {
	sent := firstValue(ctx, mdRequestID)
	if sent == "" || len(sent) > maxRequestIDLen || strings.Contains(sent, " ") || !isPrintable(sent) {
		return id.Format("req", id.New())
	}
	return sent
}

// isPrintable reports whether a header's value is printable ASCII.
func isPrintable(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~' })
}

func firstValue(ctx context.Context, key string) string {
	if values := metadata.ValueFromIncomingContext(ctx, key); len(values) > 0 {
		return values[0]
	}
	return ""
}

func boolField(m protoreflect.Message, name protoreflect.Name) bool {
	fd := m.Descriptor().Fields().ByName(name)
	return fd != nil && fd.Kind() == protoreflect.BoolKind && m.Get(fd).Bool()
}
