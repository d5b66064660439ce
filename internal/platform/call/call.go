// Package call describes the request that code runs for: the organization, the person and API
// key that act, the request's id and options, and the organization's clock. The interceptor chain
// creates a Call for each request; jobs and event handlers create their own. Transactions, the
// history and the standard methods read it. The package makes no decisions.
package call

import (
	"context"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/reflect/protoreflect"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
)

// Call is one request on behalf of an organization.
type Call struct {
	Organization Organization
	// PersonID is the person who acts, KeyID the API key they use; both are zero for the system.
	PersonID, KeyID uuid.UUID
	// KeyExpireTime is when that key expires; zero if it does not expire.
	KeyExpireTime time.Time
	// Reach returns the reach with which role and scopes grant a permission.
	Reach func(permission string) Reach
	// Policy lists what roles grant. Requests with an API key, sign-ups and system calls have it.
	// It is nil where no rights of other persons or keys are computed: requests without an API key,
	// the call of a group of requests in one transaction, and the removal of unused blobs.
	Policy Policy
	// Permission is the permission that the RPC requires; "" if it requires none.
	Permission string

	// Method is the RPC, such as `backoffice.finance.v1.PayablesService/CreateVendor`.
	Method string
	// RequestID identifies the request in logs, events and errors.
	RequestID string

	// Etags are the versions that the caller accepts, one of which must be current; empty accepts
	// any. IfMatch is true if they were sent in the If-Match header: a mismatch is then HTTP 412.
	Etags   []string
	IfMatch bool
	// AttachFiles are the files and finished uploads to attach to the record that the request
	// creates. AttachTo is the message of that record; "" if the method creates none.
	AttachFiles []string
	AttachTo    protoreflect.FullName
	// ValidateOnly requests the response without storing anything.
	ValidateOnly bool

	// IdempotencyKey is the caller's key, or "" if there is none. Fingerprint is a MAC of the request
	// that it was sent with; PreviousFingerprint is the same under the previous master key, if there
	// is one.
	IdempotencyKey                   string
	Fingerprint, PreviousFingerprint []byte
	// KeyUsed is set by the transaction that stores its response under the key. A call has at most
	// one such transaction.
	KeyUsed bool
	// Replayed is set by the transaction if the response is a stored one.
	Replayed bool

	// Cause is the event that caused this call; zero for a request from outside.
	Cause Cause
}

// Policy knows the permissions and the reach with which a role grants each.
type Policy interface {
	Permissions() []string
	Reach(role platformv1.ApiKey_Role, scopes []string, permission string) Reach
}

// Organization is the part of a tenant's settings that every call needs.
type Organization struct {
	ID           uuid.UUID
	DisplayName  string
	CurrencyCode string
	// RegionCode is the CLDR code of the region whose formats apply, such as US.
	RegionCode string
	Zone       *time.Location
	// FiscalYearStart is the month in which the fiscal year begins.
	FiscalYearStart time.Month
	// Test is true for a test organization, whose clock can be moved.
	Test bool
	// RequiredCustomFieldsOf are the resources, such as `vendors`, that have a required custom
	// field. It is only known for requests with an API key.
	RequiredCustomFieldsOf []string
	// ApprovalKinds are the kinds of approval, such as `finance.journalEntryPosting`, for which the
	// organization has policies, archived ones included. It is only known for requests with an API
	// key: no one is asked about what the system does.
	ApprovalKinds []string
	// Clock is the organization's time. All code of a call reads the current time from it.
	Clock calendar.Clock
}

// Cause links an event to the event that caused it. Depth counts the events in the chain.
type Cause struct {
	Correlation, Causation uuid.UUID
	Depth                  int32
}

// Now returns the organization's current time, in UTC and rounded to microseconds.
func (c *Call) Now() time.Time { return c.Organization.Clock.Now() }

// Today returns the current date in the organization's time zone.
func (c *Call) Today() calendar.Date { return c.Organization.Clock.Today(c.Organization.Zone) }

type key struct{}

// With returns a context in which code runs for c.
func With(ctx context.Context, c *Call) context.Context {
	return context.WithValue(ctx, key{}, c)
}

// From returns the call of ctx. It panics if there is none, since code without an organization
// must not continue.
func From(ctx context.Context) *Call {
	c, ok := ctx.Value(key{}).(*Call)
	if !ok {
		panic("call: the context carries no call")
	}
	return c
}
