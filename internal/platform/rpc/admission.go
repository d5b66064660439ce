package rpc

import (
	"context"
	"net/http"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/tap"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
)

// admittedRequest says who sent a request that was admitted before its body was read.
type admittedRequest struct {
	// call is nil for a visitor, who may call only public methods.
	call *call.Call
	// name identifies the caller in shared limits: the organization's id, or a visitor's address.
	name string
	// header tells the caller how much of the rate limit remains.
	header metadata.MD
}

type admittedRequestKey struct{}

// admittedRequestOf returns the admitted request of a context, or the zero value if the request is
// not yet admitted.
func admittedRequestOf(ctx context.Context) admittedRequest {
	a, _ := ctx.Value(admittedRequestKey{}).(admittedRequest)
	return a
}

// admit authenticates the caller, counts the request against the caller's rate limit and checks
// the permissions that the method requires. A request that was admitted before its body was read
// is not counted again.
func (c *Chain) admit(ctx context.Context, p *Policy) (a admittedRequest, err error) {
	if a, done := ctx.Value(admittedRequestKey{}).(admittedRequest); done {
		return a, nil
	}
	if p.Access.GetPublic() {
		a.name = clientAddress(ctx)
		limit := c.Limits.visitors
		if p.Signed {
			limit = c.Limits.callers
		}
		a.header, err = limit.allow(a.name)
		return a, setHeader(ctx, a.header, err)
	}
	if a.call, err = c.authenticate(ctx); err != nil {
		return a, err
	}
	a.name = a.call.Organization.ID.String()
	if a.header, err = c.Limits.callers.allow(a.call.KeyID.String()); err != nil {
		return a, setHeader(ctx, a.header, err)
	}
	return a, checkPermissions(a.call, p)
}

// setHeader sends the limit to a refused caller. An admitted caller gets it with the response.
func setHeader(ctx context.Context, header metadata.MD, err error) error {
	if err != nil {
		_ = grpc.SetHeader(ctx, header)
	}
	return err
}

// checkPermissions refuses a call that lacks a permission the method requires.
func checkPermissions(current *call.Call, p *Policy) error {
	for _, permission := range p.permissions {
		if !current.Allows(permission) {
			return fault.PermissionMissing(permission)
		}
	}
	return nil
}

// authenticate returns the call that the request's credential authorizes. It refuses a credential
// that was never issued, and needs no query to do so. Each refusal counts against the caller's
// address. A valid key is accepted regardless of other callers at the same address.
func (c *Chain) authenticate(ctx context.Context) (*call.Call, error) {
	if t, opensLink := linkOf(ctx); opensLink {
		return c.Credentials.AuthenticateKey(ctx, t.organization, t.key)
	}
	credential, err := c.credential(ctx)
	if err != nil {
		return nil, err
	}
	current, err := c.Credentials.Authenticate(ctx, credential)
	if err != nil && fault.From(err).Code == codes.Unauthenticated {
		err = c.countRefusal(ctx, err)
	}
	return current, err
}

// credential returns the request's credential, or refuses a request without one.
func (c *Chain) credential(ctx context.Context) (string, error) {
	credential := firstValue(ctx, mdAuthorization)
	if credential == "" {
		return "", c.countRefusal(ctx, fault.New(codes.Unauthenticated, optionsv1.Reason_CREDENTIAL_MISSING,
			"Send an API key as `Authorization: Bearer …`."))
	}
	return credential, nil
}

// identifyKey returns the id of the request's credential. It refuses one that this deployment did
// not issue. It runs no query.
func (c *Chain) identifyKey(ctx context.Context) (name string, err error) {
	credential, err := c.credential(ctx)
	if err != nil {
		return "", err
	}
	if name, err = c.Credentials.IdentifyKey(credential); err != nil {
		return "", c.countRefusal(ctx, err)
	}
	return name, nil
}

// countRefusal counts a refused credential against the caller's address. It returns the refusal,
// or RATE_LIMITED.
func (c *Chain) countRefusal(ctx context.Context, refusal error) error {
	if header, err := c.Limits.unauthenticated.allow(clientAddress(ctx)); err != nil {
		return setHeader(ctx, header, err)
	}
	return refusal
}

// Limits on concurrent gRPC calls, each of which may hold a message of maxMessage in memory: in
// total and per API key; for visitors of public methods, in total and per address; and the same
// for health checks and reflection.
const (
	maxCalls, maxCallsPerKey           = 512, 64
	maxVisitors, maxVisitorsPerAddress = 32, 4
	maxProbes, maxProbesPerAddress     = 256, 16
)

// tap inspects a gRPC call before its message is read. It runs in the goroutine that reads the
// connection, so it must not query the database: it counts visitors and refuses credentials that
// were never issued. An accepted call reserves capacity, and its message must arrive in time.
func (c *Chain) tap(ctx context.Context, info *tap.Info) (context.Context, error) {
	ctx = metadata.NewIncomingContext(c.Proxies.withClient(ctx, info.Header), info.Header)
	policy, ours := c.Policies[info.FullMethodName]
	if !ours {
		return c.tapProbe(ctx, info.FullMethodName)
	}
	r, tapped, release := c.newRequest(ctx, policy), ctx, func() {}
	err := r.run(ctx, func(ctx context.Context) (err error) {
		limit, name := c.calls, ""
		if policy.Access.GetPublic() {
			a, err := c.admit(ctx, policy)
			if err != nil {
				return err
			}
			limit, name, tapped = c.visitors, a.name, context.WithValue(tapped, admittedRequestKey{}, a)
		} else if name, err = c.identifyKey(ctx); err != nil {
			return err
		}
		release, err = acquireCall(limit, name)
		return err
	})
	if err != nil {
		r.observe(ctx, err)
		return nil, err
	}
	// A caller who never sends the message must not keep the capacity.
	tapped, cancel := context.WithTimeout(tapped, transferTimeout+policy.Deadline)
	context.AfterFunc(tapped, func() { release(); cancel() })
	return tapped, nil
}

// tapProbe accepts calls of health checks and reflection, a few at a time per address. It refuses
// unknown methods.
func (c *Chain) tapProbe(ctx context.Context, method string) (context.Context, error) {
	if !strings.HasPrefix(method, "/grpc.health.") && !strings.HasPrefix(method, "/grpc.reflection.") {
		return nil, noMethod(method)
	}
	release, err := acquireCall(c.probes, clientAddress(ctx))
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, release)
	return ctx, nil
}

func acquireCall(limit *sharedLimit, name string) (release func(), err error) {
	release, ok := limit.acquire(name, 1)
	if !ok {
		return nil, fault.Busy(
			optionsv1.Reason_TEMPORARILY_UNAVAILABLE,
			"Too many calls are in progress; wait for responses before calling again.",
		)
	}
	return release, nil
}

// admitHTTP admits a REST request before its body is read. The returned context carries the
// admittedRequest. With an error it returns the headers of the error response.
func (c *Chain) admitHTTP(web *http.Request, p *Policy) (context.Context, metadata.MD, error) {
	e := &localStream{method: "/" + p.Method}
	ctx := grpc.NewContextWithServerTransportStream(metadata.NewIncomingContext(web.Context(), metadataOf(web)), e)
	r := c.newRequest(ctx, p)
	var a admittedRequest
	err := r.run(ctx, func(ctx context.Context) (err error) {
		if err = checkText(web); err == nil {
			a, err = c.admit(ctx, p)
		}
		return err
	})
	if err != nil {
		r.observe(ctx, err)
		return web.Context(), e.header, err
	}
	return context.WithValue(web.Context(), admittedRequestKey{}, a), nil, nil
}

// metadataOf returns the metadata of a REST request. It contains only the headers in incoming.
func metadataOf(r *http.Request) metadata.MD {
	md := metadata.MD{}
	for header, key := range incoming {
		if values := r.Header.Values(header); len(values) > 0 {
			md.Set(key, values...)
		}
	}
	return md
}
