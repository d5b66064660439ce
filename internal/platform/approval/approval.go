// Package approval makes steps of records wait until others have approved them. A capability
// declares a Kind for each such step and calls Require in it; whom to ask is data, in the policies
// of each organization. The package guarantees that no one approves their own request or twice,
// that the last approval executes the step in its own transaction, exactly once, and that a record
// which has changed in a way that matters is not approved by an earlier request. Without policies,
// Require costs no statement. It declares whom its events concern; telling them is left to package
// notification.
package approval

import (
	"context"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// Prefixes of the identifiers of persons and of requests.
const (
	personPrefix  = "prs"
	requestPrefix = "apr"
)

// Permissions that the methods check besides those that they declare.
const (
	writeRequests   = "platform.approvalRequests.write"
	manageRequests  = "platform.approvalRequests.manage"
	releaseRequests = "platform.approvalRequests.release"
)

// Permissions returns the permissions that the package checks in addition to those of its methods.
func Permissions() []string { return []string{manageRequests} }

// Service implements ApprovalsService.
type Service struct {
	pb.UnsafeApprovalsServiceServer
	db    *db.DB
	kinds map[string]AnyKind
	// forget makes this server read the calls of an organization again, which say for which kinds it
	// has policies.
	forget func(organization uuid.UUID)
}

// New returns the service for the kinds that the capabilities declare. It calls forget for an
// organization that gets a policy.
func New(d *db.DB, kinds []AnyKind, forget func(organization uuid.UUID)) *Service {
	s := &Service{db: d, kinds: map[string]AnyKind{}, forget: forget}
	for _, k := range kinds {
		s.kinds[k.describe().GetName()] = k
	}
	return s
}

// Kinds returns the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{policies, requests} }

// kindNames returns the names of the kinds of approval, in alphabetical order.
func (s *Service) kindNames() []string {
	var names []string
	for name := range s.kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// ListApprovalKinds lists the kinds of steps that can wait for approval.
func (s *Service) ListApprovalKinds(
	context.Context, *pb.ListApprovalKindsRequest,
) (*pb.ListApprovalKindsResponse, error) {
	res := &pb.ListApprovalKindsResponse{}
	for _, name := range s.kindNames() {
		res.ApprovalKinds = append(res.ApprovalKinds, s.kinds[name].describe())
	}
	return res, nil
}

// DeleteAllOf deletes the requests about records that are deleted, and records that open ones were
// withdrawn.
func (s *Service) DeleteAllOf(ctx context.Context, tx *db.Tx, kind string, keys []uuid.UUID) error {
	if !s.guards(kind) {
		return nil
	}
	type deleted struct {
		ID, SubjectKey uuid.UUID
		Open           bool
	}
	found, err := db.Collect[deleted](ctx, tx, `
delete from platform.approval_requests r
where r.org_id = $1
and r.kind = $2
and r.subject_key = any($3)
returning r.id, r.subject_key, r.state in ('PENDING', 'ASKED_BACK') as open`, tx.Call().Organization.ID, kind, keys)
	if err != nil {
		return err
	}
	var events []db.Event
	for _, r := range found {
		if r.Open {
			events = append(events, db.Event{Type: requests.EventPrefix() + ".withdrawn",
				SubjectID: id.Format(kind, r.SubjectKey), RecordID: id.Format(requestPrefix, r.ID)})
		}
	}
	return resource.RecordOnSubjects(ctx, tx, events)
}

// guards reports whether a step of records with the prefix can wait for approval.
func (s *Service) guards(prefix string) bool {
	for _, k := range s.kinds {
		if k.records().Prefix() == prefix {
			return true
		}
	}
	return false
}

// callerID returns the identifier of the caller's person, "" for the system.
func callerID(c *call.Call) string { return id.Format(personPrefix, c.PersonID) }
