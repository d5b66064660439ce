// Package identity owns organizations, their persons, and the API keys with which programs act
// for those persons. A credential gives access to exactly one organization, with at most the
// permissions of its role. Only hashes of secrets are stored. Methods declare the permissions
// they need. What else a new organization starts with is left to the sign-up hooks of modules.
package identity

import (
	"context"
	"time"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
)

// SignUpHook is called for a new organization, in the unit of work that creates it. An error
// refuses the sign-up.
type SignUpHook func(ctx context.Context, tx *db.Tx, req *pb.SignUpRequest) error

// ClockHook is called when the clock of a test organization is advanced.
type ClockHook struct {
	// FireUntil does what is due until a later time, and returns the time before which it did all,
	// also if it fails. The clock is offset ahead of real time and shows now.
	FireUntil func(ctx context.Context, org uuid.UUID, offset time.Duration, now, to time.Time) (time.Time, error)
	// Shift stores what depends on the clock, in the unit of work that moves it.
	Shift func(ctx context.Context, tx *db.Tx) error
}

// Service implements IdentityService and authenticates callers.
type Service struct {
	pb.UnsafeIdentityServiceServer
	db       *db.DB
	clock    calendar.Clock
	zones    *calendar.Zones
	cache    *cache
	policy   *access.Policy
	onSignUp SignUpHook
	onClock  ClockHook
}

// New returns the service. clock is real time, from which the organizations' clocks are derived.
// policy defines what roles may do. onSignUp is called for every new organization.
func New(d *db.DB, clock calendar.Clock, policy *access.Policy, onSignUp SignUpHook) *Service {
	return &Service{
		db: d, clock: clock, zones: &calendar.Zones{}, cache: newCache(clock), policy: policy, onSignUp: onSignUp,
	}
}

// OnClock sets what happens when the clock of a test organization is advanced. Call it before the
// service is used.
func (s *Service) OnClock(hook ClockHook) { s.onClock = hook }

// Events returns the types of events that the package records besides those of its kinds.
func Events() []string { return []string{clockAdvanced} }

// Kinds returns the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{organizations, persons, apiKeys} }
