// Package call says for whom code runs: the organization, the person and key that
// act, the request's identity and options, and what time it is there. The chain of
// interceptors fills it in, jobs and event handlers make their own, and the unit of
// work, the history and the resources read it. It decides nothing.
package call

import (
	"context"
	"time"

	"github.com/google/uuid"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
)

// Call is one request on behalf of an organization.
type Call struct {
	Organization Organization
	// PersonID is who acts, KeyID the API key by which they do; nil for the system.
	PersonID, KeyID uuid.UUID
	// KeyExpireTime is when that key expires; zero: never.
	KeyExpireTime time.Time
	// Reach returns the records for which role and scopes grant a permission.
	Reach func(permission string) Reach
	// Policy says what roles grant; nil for calls that no key made.
	Policy Policy
	// Permission is that of the RPC, "" where none is asked for.
	Permission string

	// Method is the RPC, such as `backoffice.finance.v1.PayablesService/CreateVendor`.
	Method string
	// RequestID names the request in logs, events and errors.
	RequestID string

	// Etags are the versions of which the caller read one, none for any; IfMatch is
	// true when they came by the If-Match header, whose refusal has its own HTTP code.
	Etags   []string
	IfMatch bool
	// ValidateOnly asks for the answer without storing anything.
	ValidateOnly bool

	// IdempotencyKey is the caller's key, "" for none, and Fingerprint a MAC of
	// the request it came with.
	IdempotencyKey string
	Fingerprint    []byte
	// KeySpent is set by the unit of work that keeps its answer under the key: a call
	// has one.
	KeySpent bool
	// Replayed is set by the unit of work when the answer is a stored one.
	Replayed bool

	// Cause is the event that led to this call; zero when a caller did.
	Cause Cause
}

// Policy says for which records roles grant which permissions.
type Policy interface {
	Permissions() []string
	Reach(role platformv1.ApiKey_Role, scopes []string, permission string) Reach
}

// Organization is what every call needs to know of its tenant.
type Organization struct {
	ID           uuid.UUID
	DisplayName  string
	CurrencyCode string
	Zone         *time.Location
	// FiscalYearStart is the month in which the fiscal year begins.
	FiscalYearStart time.Month
	// Test is true for an organization whose clock can be moved.
	Test bool
	// Clock is the organization's time: the only `now` there is.
	Clock calendar.Clock
}

// Cause links an event to the one that led to it.
type Cause struct {
	Correlation, Causation uuid.UUID
	Depth                  int32
}

// Now is the organization's time, in UTC and microseconds.
func (c *Call) Now() time.Time { return c.Organization.Clock.Now() }

// Today is the organization's date in its own zone.
func (c *Call) Today() calendar.Date { return c.Organization.Clock.Today(c.Organization.Zone) }

type key struct{}

// With returns a context in which code runs for c.
func With(ctx context.Context, c *Call) context.Context {
	return context.WithValue(ctx, key{}, c)
}

// From returns the call that ctx runs for. It panics when there is none, since
// code that forgot whom it works for must not go on.
func From(ctx context.Context) *Call {
	c, ok := ctx.Value(key{}).(*Call)
	if !ok {
		panic("call: the context belongs to no call")
	}
	return c
}
