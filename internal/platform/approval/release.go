package approval

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/resource"
)

// ReleaseApprovalRequest executes the step of the record without approval.
func (s *Service) ReleaseApprovalRequest(
	ctx context.Context, req *pb.ReleaseApprovalRequestRequest,
) (*pb.ApprovalRequest, error) {
	key := req.GetApprovalRequestId()
	released, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*request, error) {
		current, err := s.lockSubject(ctx, tx, key)
		if err != nil {
			return nil, err
		}
		r, err := requests.StepByCaller(ctx, tx, key, "release", checkCurrent(current),
			addDecision(pb.ApprovalRequest_Decision_RELEASE, req.GetReason()))
		if err != nil {
			return nil, err
		}
		return r, s.executeStep(ctx, tx, r)
	})
	return released, s.closeOutdated(ctx, key, err)
}

// guardRelease refuses requests unless the caller may release, and too few persons are left who may
// approve the current step.
func guardRelease(ctx context.Context, tx *db.Tx, list []*request) ([]error, error) {
	refusals := make([]error, len(list))
	if !tx.Call().Allows(releaseRequests) {
		for i, r := range list {
			refusals[i] = fault.New(codes.PermissionDenied, optionsv1.Reason_OUT_OF_REACH,
				"Only an owner may release it.").WithSubject(r.Id)
		}
		return refusals, nil
	}
	left, err := countApprovers(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	for i, r := range list {
		if left[i] >= max(r.MissingApprovals, 1) {
			refusals[i] = fault.Refuse(optionsv1.Reason_APPROVERS_AVAILABLE,
				"Enough persons may approve this, so it cannot be released alone.").WithSubject(r.Id)
		}
	}
	return refusals, nil
}

// countApprovers returns how many persons may still approve the current step of each request: they
// have an active API key, may read the record, and are not excluded.
func countApprovers(ctx context.Context, tx *db.Tx, list []*request) ([]int32, error) {
	c := tx.Call()
	rows, err := db.Collect[asked](ctx, tx, selectAsked, c.Organization.ID, keysOf(list), c.Now())
	if err != nil {
		return nil, err
	}
	var persons []uuid.UUID
	for _, a := range rows {
		persons = append(persons, a.PersonID)
	}
	calls, err := identity.CallsOf(ctx, tx, persons)
	if err != nil {
		return nil, err
	}
	able := map[string]*call.Call{}
	for _, person := range calls {
		if person.Allows(writeRequests) {
			able[callerID(person)] = person
		}
	}
	left, askedOf := make([]int32, len(list)), byRequest(rows)
	for i, r := range list {
		for _, person := range askedOf[r.Id] {
			if able[person] == nil || isExcluded(r, person) {
				continue
			}
			reads, err := canRead(ctx, tx, able[person], r.SubjectId)
			if err != nil {
				return nil, err
			}
			if reads {
				left[i]++
			}
		}
	}
	return left, nil
}

// canRead reports whether the person of a call may read a record. It needs a statement only if the
// person does not read all records of the kind.
func canRead(ctx context.Context, tx *db.Tx, person *call.Call, subjectID string) (bool, error) {
	prefix, _, _ := strings.Cut(subjectID, "_")
	kind, known := tx.Kinds().ByPrefix(prefix)
	if !known || kind.ReadReach(person) == call.None {
		return false, nil
	}
	if kind.ReadReach(person) == call.All {
		return true, nil
	}
	caller := tx.Call()
	defer tx.ActAs(caller)
	tx.ActAs(person)
	found, err := resource.LoadSubjects(ctx, tx, []string{subjectID})
	return err == nil && found[0].Readable, err
}
