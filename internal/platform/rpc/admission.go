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

// admission is what is known of a caller before the body is read.
type admission struct {
	// call is nil for a visitor, who may call public methods alone.
	call *call.Call
	// name is whose part of what all share the request uses: an organization's, or a
	// visitor's address's.
	name string
	// header tells the caller what is left of the limit.
	header metadata.MD
}

type admissionKey struct{}

// admissionOf is the zero admission where there is none yet.
func admissionOf(ctx context.Context) admission {
	a, _ := ctx.Value(admissionKey{}).(admission)
	return a
}

// admit finds out who calls, counts the request against the caller's limit and compares
// the permission with the policy. A request that was admitted before its body was read is
// not counted again.
func (c *Chain) admit(ctx context.Context, p *Policy) (a admission, err error) {
	if a, done := ctx.Value(admissionKey{}).(admission); done {
		return a, nil
	}
	if p.Access.GetPublic() {
		a.name = clientAddress(ctx)
		a.header, err = c.Limits.visitors.take(a.name)
		return a, setHeader(ctx, a.header, err)
	}
	if a.call, err = c.authenticate(ctx); err != nil {
		return a, err
	}
	a.name = a.call.Organization.ID.String()
	if a.header, err = c.Limits.callers.take(a.call.KeyID.String()); err != nil {
		return a, setHeader(ctx, a.header, err)
	}
	return a, permit(a.call, p)
}

// setHeader shows a refused caller the limit; an admitted one sees it with the answer.
func setHeader(ctx context.Context, header metadata.MD, err error) error {
	if err != nil {
		_ = grpc.SetHeader(ctx, header)
	}
	return err
}

// permit refuses a call without one of the permissions that the method asks for.
func permit(current *call.Call, p *Policy) error {
	for _, permission := range p.permissions {
		if !current.Allows(permission) {
			return fault.PermissionMissing(permission)
		}
	}
	return nil
}

// authenticate finds the call of the request's credential. A credential that nobody issued
// is refused without a query, and each refusal counts against the caller's address. A
// good key is accepted whatever others behind the same address do.
func (c *Chain) authenticate(ctx context.Context) (*call.Call, error) {
	credential, err := c.credential(ctx)
	if err != nil {
		return nil, err
	}
	current, err := c.Credentials.Authenticate(ctx, credential)
	if err != nil && fault.From(err).Code == codes.Unauthenticated {
		err = c.stranger(ctx, err)
	}
	return current, err
}

// credential returns the request's credential, or refuses a request without one.
func (c *Chain) credential(ctx context.Context) (string, error) {
	credential := first(ctx, mdAuthorization)
	if credential == "" {
		return "", c.stranger(ctx, fault.New(codes.Unauthenticated, optionsv1.Reason_CREDENTIAL_MISSING,
			"Send an API key as `Authorization: Bearer …`."))
	}
	return credential, nil
}

// recognize returns the name of the request's credential, and refuses one that was not
// issued here. It runs no query.
func (c *Chain) recognize(ctx context.Context) (name string, err error) {
	credential, err := c.credential(ctx)
	if err != nil {
		return "", err
	}
	if name, err = c.Credentials.Recognize(credential); err != nil {
		return "", c.stranger(ctx, err)
	}
	return name, nil
}

// stranger counts a refused credential against its address, and returns the refusal, or
// RATE_LIMITED.
func (c *Chain) stranger(ctx context.Context, refusal error) error {
	if header, err := c.Limits.strangers.take(clientAddress(ctx)); err != nil {
		return setHeader(ctx, header, err)
	}
	return refusal
}

// Bounds on gRPC calls under way, each of which may hold a message of maxMessage in memory:
// in all and of one API key; in all and of one address for visitors of public methods; and
// the same for probes of health and reflection.
const (
	maxCalls, maxCallsEach       = 512, 64
	maxVisitors, maxVisitorsEach = 32, 4
	maxProbes, maxProbesEach     = 256, 16
)

// tap looks at a gRPC call before its message is read. It runs in the goroutine that reads
// the connection, so that it does only what takes no query: visitors are counted, and
// credentials that nobody issued are refused. A call that is let in has a place, and the
// time that its message may take.
func (c *Chain) tap(ctx context.Context, info *tap.Info) (context.Context, error) {
	ctx = metadata.NewIncomingContext(c.Proxies.withClient(ctx, info.Header), info.Header)
	policy, ours := c.Policies[info.FullMethodName]
	if !ours {
		return c.tapProbe(ctx, info.FullMethodName)
	}
	r, tapped, release := c.begin(ctx, policy), ctx, func() {}
	err := r.guard(ctx, func(ctx context.Context) (err error) {
		places, name := c.calls, ""
		if policy.Access.GetPublic() {
			a, err := c.admit(ctx, policy)
			if err != nil {
				return err
			}
			places, name, tapped = c.visitors, a.name, context.WithValue(tapped, admissionKey{}, a)
		} else if name, err = c.recognize(ctx); err != nil {
			return err
		}
		release, err = takeCall(places, name)
		return err
	})
	if err != nil {
		r.observe(ctx, err)
		return nil, err
	}
	// A caller who never sends the message must not keep the place.
	tapped, cancel := context.WithTimeout(tapped, transferTimeout+policy.Deadline)
	context.AfterFunc(tapped, func() { release(); cancel() })
	return tapped, nil
}

// tapProbe lets in the services that are not ours, for each address a few at a time, and
// refuses methods that nobody serves.
func (c *Chain) tapProbe(ctx context.Context, method string) (context.Context, error) {
	if !strings.HasPrefix(method, "/grpc.health.") && !strings.HasPrefix(method, "/grpc.reflection.") {
		return nil, noMethod(method)
	}
	release, err := takeCall(c.probes, clientAddress(ctx))
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, release)
	return ctx, nil
}

func takeCall(places *shares, name string) (release func(), err error) {
	release, ok := places.take(name, 1)
	if !ok {
		return nil, fault.Busy(optionsv1.Reason_TEMPORARILY_UNAVAILABLE, "Too many calls are under way; wait for answers before calling again.")
	}
	return release, nil
}

// admitted lets a REST request in before its body is read. The context that it returns
// carries the admission; an error comes with the headers of its answer.
func (c *Chain) admitted(web *http.Request, p *Policy) (context.Context, metadata.MD, error) {
	e := &exchange{method: "/" + p.Method}
	ctx := grpc.NewContextWithServerTransportStream(metadata.NewIncomingContext(web.Context(), metadataOf(web)), e)
	r := c.begin(ctx, p)
	var a admission
	err := r.guard(ctx, func(ctx context.Context) (err error) {
		if err = checkText(web); err == nil {
			a, err = c.admit(ctx, p)
		}
		return err
	})
	if err != nil {
		r.observe(ctx, err)
		return web.Context(), e.header, err
	}
	return context.WithValue(web.Context(), admissionKey{}, a), nil, nil
}

// metadataOf is what of a REST request's headers reaches a method.
func metadataOf(r *http.Request) metadata.MD {
	md := metadata.MD{}
	for header, key := range incoming {
		if values := r.Header.Values(header); len(values) > 0 {
			md.Set(key, values...)
		}
	}
	return md
}
