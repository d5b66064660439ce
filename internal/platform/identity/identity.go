// Package identity owns organizations, the persons in them, and the credentials by
// which programs act for those persons. It promises that a credential opens exactly
// one organization with at most its role's permissions, and that only hashes of
// secrets are kept. What permissions mean is left to the methods that declare them;
// what else a new organization begins with is left to whoever asks to be told.
package identity

import (
	"context"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
)

// SignUpHook is told of a new organization inside the unit of work that creates it,
// and may refuse it.
type SignUpHook func(ctx context.Context, tx *db.Tx, req *pb.SignUpRequest) error

// Service implements IdentityService and authenticates callers.
type Service struct {
	pb.UnsafeIdentityServiceServer
	db       *db.DB
	clock    calendar.Clock
	zones    *calendar.Zones
	cache    *cache
	policy   *access.Policy
	signedUp SignUpHook
}

// New makes the service. clock is real time, from which the organizations' clocks
// are derived; policy says what roles may do.
func New(d *db.DB, clock calendar.Clock, policy *access.Policy, signedUp SignUpHook) *Service {
	return &Service{db: d, clock: clock, zones: &calendar.Zones{}, cache: newCache(clock), policy: policy, signedUp: signedUp}
}

// Events are the types of events that the package records beside those of its kinds.
func Events() []string { return []string{clockAdvanced} }

// Kinds are the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{organizations, persons, apiKeys} }
