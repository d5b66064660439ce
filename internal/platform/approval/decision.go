package approval

import (
	"context"
	"errors"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
)

// ApproveApprovalRequest approves the current step of an approval request. The last approval
// executes the step of the record.
func (s *Service) ApproveApprovalRequest(
	ctx context.Context, req *pb.ApproveApprovalRequestRequest,
) (*pb.ApprovalRequest, error) {
	return s.approve(ctx, req.GetApprovalRequestId(), req.GetNote())
}

// RejectApprovalRequest rejects an approval request.
func (s *Service) RejectApprovalRequest(
	ctx context.Context, req *pb.RejectApprovalRequestRequest,
) (*pb.ApprovalRequest, error) {
	return s.reject(ctx, req.GetApprovalRequestId(), req.GetReason())
}

// AskBackApprovalRequest asks the requester of an approval request a question.
func (s *Service) AskBackApprovalRequest(
	ctx context.Context, req *pb.AskBackApprovalRequestRequest,
) (*pb.ApprovalRequest, error) {
	return requests.Step(ctx, s.db, req.GetApprovalRequestId(), "askBack",
		decideAsApprover(pb.ApprovalRequest_Decision_ASK_BACK, req.GetQuestion()))
}

// AnswerApprovalRequest adds the requester's answer to a question.
func (s *Service) AnswerApprovalRequest(
	ctx context.Context, req *pb.AnswerApprovalRequestRequest,
) (*pb.ApprovalRequest, error) {
	return requests.Step(ctx, s.db, req.GetApprovalRequestId(), "answer",
		addDecision(pb.ApprovalRequest_Decision_ANSWER, req.GetAnswer()))
}

// WithdrawApprovalRequest withdraws an approval request.
func (s *Service) WithdrawApprovalRequest(
	ctx context.Context, req *pb.WithdrawApprovalRequestRequest,
) (*pb.ApprovalRequest, error) {
	return requests.Step(ctx, s.db, req.GetApprovalRequestId(), "withdraw",
		addDecision(pb.ApprovalRequest_Decision_WITHDRAW, req.GetNote()))
}

func (s *Service) reject(ctx context.Context, key, reason string) (*request, error) {
	return requests.Step(ctx, s.db, key, "reject", decideAsApprover(pb.ApprovalRequest_Decision_REJECT, reason))
}

// approve approves the current step of a request, and executes the step of the record with the last
// approval.
func (s *Service) approve(ctx context.Context, key, note string) (*request, error) {
	approved, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*request, error) {
		current, err := s.lockSubject(ctx, tx, key)
		if err != nil {
			return nil, err
		}
		locked, err := requests.LockByCaller(ctx, tx, key)
		if err != nil {
			return nil, err
		}
		event := "endorsed"
		if isLastApproval(locked) {
			event = "approved"
		}
		r, err := requests.ChangeByCaller(ctx, tx, key, event, requests.Transition("approve"), checkCurrent(current),
			decideAsApprover(pb.ApprovalRequest_Decision_APPROVE, note), countApproval)
		if err != nil {
			return nil, err
		}
		if r.State != pb.ApprovalRequest_APPROVED {
			queueEscalation(tx, r)
			return r, nil
		}
		return r, s.executeStep(ctx, tx, r)
	})
	return approved, s.closeOutdated(ctx, key, err)
}

// lockSubject locks the record of a request that the caller may read, before the request itself.
// It returns the fingerprint of the record.
func (s *Service) lockSubject(ctx context.Context, tx *db.Tx, key string) (fingerprint string, err error) {
	r, err := requests.GetByCaller(ctx, tx, key)
	if err != nil {
		return "", err
	}
	kind, err := s.kindOf(r)
	if err != nil {
		return "", err
	}
	return kind.lock(ctx, tx, r.SubjectId)
}

// kindOf returns the kind of a request.
func (s *Service) kindOf(r *request) (AnyKind, error) {
	kind, known := s.kinds[r.ApprovalKind]
	if !known {
		return nil, fault.Refuse(optionsv1.Reason_APPROVAL_OUTDATED,
			"The server no longer has approvals of the kind %q.", r.ApprovalKind).WithSubject(r.Id)
	}
	return kind, nil
}

// isLastApproval reports whether one more approval completes a request.
func isLastApproval(r *request) bool { return int(r.Step) == len(r.Steps) && r.MissingApprovals <= 1 }

// checkCurrent refuses a request whose record has changed in a way that matters. fingerprint is
// that of the record now.
func checkCurrent(fingerprint string) resource.Rule[*request] {
	return func(_ context.Context, _ *db.Tx, _, r *request) error {
		if r.Fingerprint == fingerprint {
			return nil
		}
		return fault.Refuse(optionsv1.Reason_APPROVAL_OUTDATED,
			"The record has changed since approval was requested. It must be requested again.").WithSubject(r.Id)
	}
}

// addDecision returns the rule that adds a decision of the caller, in their own name.
func addDecision(what pb.ApprovalRequest_Decision_Type, note string) resource.Rule[*request] {
	return func(_ context.Context, tx *db.Tx, _, r *request) error {
		r.Decisions = append(r.Decisions, &pb.ApprovalRequest_Decision{
			Type: what, PersonId: callerID(tx.Call()), Step: r.Step, Note: note,
			DecideTime: timestamppb.New(tx.Call().Now()),
		})
		return nil
	}
}

// decideAsApprover is addDecision for an approver, or for the deputy of one who is away.
func decideAsApprover(what pb.ApprovalRequest_Decision_Type, note string) resource.Rule[*request] {
	return func(ctx context.Context, tx *db.Tx, was, r *request) error {
		capacities, err := loadCapacities(ctx, tx, []*request{r})
		if err != nil {
			return err
		}
		approver, err := approverFor(tx.Call(), r, capacities[r.Id])
		if err != nil {
			return err
		}
		if err := addDecision(what, note)(ctx, tx, was, r); err != nil {
			return err
		}
		if approver != callerID(tx.Call()) {
			r.Decisions[len(r.Decisions)-1].OnBehalfOfId = approver
		}
		return nil
	}
}

// countApproval counts the approval that was just added. It begins the next step if the current one
// has enough approvals, or completes the request.
func countApproval(ctx context.Context, tx *db.Tx, was, r *request) error {
	given := r.Decisions[len(r.Decisions)-1]
	r.ApprovedByIds = append(r.ApprovedByIds, given.PersonId)
	if given.OnBehalfOfId != "" {
		r.ApprovedByIds = append(r.ApprovedByIds, given.OnBehalfOfId)
	}
	r.MissingApprovals = max(r.MissingApprovals-1, 0)
	switch {
	case isLastApproval(was):
		r.State, r.EscalateTime = pb.ApprovalRequest_APPROVED, nil
		return nil
	case r.MissingApprovals > 0:
		return nil
	}
	r.Step++
	return beginStep(ctx, tx, r)
}

// beginStep sets whom the current step of a request asks.
func beginStep(ctx context.Context, tx *db.Tx, r *request) error {
	step := r.Steps[r.Step-1]
	persons := slices.Clone(step.PersonIds)
	if step.RequesterManager {
		manager, err := resource.Manager(ctx, tx, r.RequesterId)
		if err != nil {
			return err
		}
		if manager != "" && !slices.Contains(persons, manager) {
			persons = append(persons, manager)
		}
	}
	r.ApproverId, r.ApproverIds, r.ApproverRoles = "", persons, step.Roles
	if len(persons) == 1 && len(step.Roles) == 0 {
		r.ApproverId, r.ApproverIds = persons[0], nil
	}
	r.MissingApprovals, r.EscalateTime = max(step.MinimumApprovers, 1), nil
	if step.EscalateAfterHours > 0 {
		r.EscalateTime = timestamppb.New(tx.Call().Now().Add(time.Duration(step.EscalateAfterHours) * time.Hour))
	}
	return nil
}

// executeStep executes the step of the record of a request that is approved or released.
func (s *Service) executeStep(ctx context.Context, tx *db.Tx, r *request) error {
	kind, err := s.kindOf(r)
	if err != nil {
		return err
	}
	grant(tx, r.ApprovalKind, r.SubjectId)
	return asStepRefusal(kind.execute(ctx, tx, r.SubjectId), r)
}

// asStepRefusal turns the refusal of an approved step into APPROVED_STEP_REFUSED, because the
// platform does not know the reasons of capabilities. It returns other errors unchanged.
func asStepRefusal(err error, r *request) error {
	var refusal *fault.Error
	if !errors.As(err, &refusal) || refusal.Code != codes.InvalidArgument && refusal.Code != codes.FailedPrecondition {
		return err
	}
	e := fault.Refuse(optionsv1.Reason_APPROVED_STEP_REFUSED, "The step was refused: %s", refusal.Message).
		WithSubject(r.SubjectId)
	e.Metadata = map[string]string{"cause": refusal.Reason.String()}
	return e
}

// closeOutdated supersedes a request that was refused because its record has changed. It returns
// the refusal. The refusal has rolled back its transaction, so this is another one.
func (s *Service) closeOutdated(ctx context.Context, key string, refusal error) error {
	var e *fault.Error
	c := call.From(ctx)
	if !errors.As(refusal, &e) || e.Reason != optionsv1.Reason_APPROVAL_OUTDATED || c.ValidateOnly {
		return refusal
	}
	own := *c
	own.IdempotencyKey = ""
	_, err := db.Write(call.With(ctx, &own), s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, s.supersedeChanged(ctx, tx, key)
	})
	return errors.Join(refusal, err)
}

// supersedeChanged supersedes a request if its record differs from it in a way that matters.
func (s *Service) supersedeChanged(ctx context.Context, tx *db.Tx, key string) error {
	current, err := s.lockSubject(ctx, tx, key)
	if err != nil {
		return err
	}
	r, err := requests.LockByCaller(ctx, tx, key)
	if err != nil || r.Fingerprint == current {
		return err
	}
	return supersede(ctx, tx, key, "")
}
