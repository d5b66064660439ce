package approval

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

type policy = pb.ApprovalPolicy

var policies = resource.New(table.New("platform.approval_policies",
	table.Text("approval_kind", func(p *policy) *string { return &p.ApprovalKind }).Filter(),
	table.Text("display_name", func(p *policy) *string { return &p.DisplayName }).Filter(),
	table.Text("condition", func(p *policy) *string { return &p.Condition }),
	table.Int32("priority", func(p *policy) *int32 { return &p.Priority }).Filter().Sort("approval_policies_by_priority"),
	table.Messages("steps", func(p *policy) *[]*pb.ApprovalPolicy_Step { return &p.Steps }),
)).Open()

// CreateApprovalPolicy creates an approval policy.
func (s *Service) CreateApprovalPolicy(
	ctx context.Context, req *pb.CreateApprovalPolicyRequest,
) (*pb.ApprovalPolicy, error) {
	defer s.forget(call.From(ctx).Organization.ID)
	return policies.Create(ctx, s.db, req.GetApprovalPolicy(), s.checkPolicy)
}

// GetApprovalPolicy returns an approval policy.
func (s *Service) GetApprovalPolicy(ctx context.Context, req *pb.GetApprovalPolicyRequest) (*pb.ApprovalPolicy, error) {
	return policies.Get(ctx, s.db, req.GetApprovalPolicyId())
}

// BatchGetApprovalPolicies returns several approval policies.
func (s *Service) BatchGetApprovalPolicies(
	ctx context.Context, req *pb.BatchGetApprovalPoliciesRequest,
) (*pb.BatchGetApprovalPoliciesResponse, error) {
	list, err := policies.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetApprovalPoliciesResponse{ApprovalPolicies: list}, err
}

// ListApprovalPolicies lists approval policies.
func (s *Service) ListApprovalPolicies(
	ctx context.Context, req *pb.ListApprovalPoliciesRequest,
) (*pb.ListApprovalPoliciesResponse, error) {
	page, err := policies.List(ctx, s.db, req)
	return &pb.ListApprovalPoliciesResponse{
		ApprovalPolicies: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// UpdateApprovalPolicy updates an approval policy.
func (s *Service) UpdateApprovalPolicy(
	ctx context.Context, req *pb.UpdateApprovalPolicyRequest,
) (*pb.ApprovalPolicy, error) {
	return policies.Update(ctx, s.db, req.GetApprovalPolicyId(), req.GetApprovalPolicy(), req.GetUpdateMask(),
		s.checkPolicy)
}

// ArchiveApprovalPolicy archives an approval policy, so that it no longer asks.
func (s *Service) ArchiveApprovalPolicy(
	ctx context.Context, req *pb.ArchiveApprovalPolicyRequest,
) (*pb.ApprovalPolicy, error) {
	return policies.Archive(ctx, s.db, req.GetApprovalPolicyId())
}

// UnarchiveApprovalPolicy restores an archived approval policy.
func (s *Service) UnarchiveApprovalPolicy(
	ctx context.Context, req *pb.UnarchiveApprovalPolicyRequest,
) (*pb.ApprovalPolicy, error) {
	return policies.Unarchive(ctx, s.db, req.GetApprovalPolicyId())
}

// checkPolicy checks the kind, the condition and the steps of a policy.
func (s *Service) checkPolicy(ctx context.Context, tx *db.Tx, was, p *policy) error {
	var violations fault.List
	if kind, known := s.kinds[p.ApprovalKind]; !known {
		violations.MergeViolations("", s.unknownKind())
	} else if _, err := kind.compile(p.Condition); err != nil {
		if err := violations.Merge("", err); err != nil {
			return err
		}
	}
	known := map[string]bool{}
	for _, step := range was.Steps {
		for _, person := range slices.Concat(step.PersonIds, step.EscalationPersonIds) {
			known[person] = true
		}
	}
	for i, step := range p.Steps {
		at := fmt.Sprintf("steps[%d]", i)
		violations.Append(checkStep(at, step)...)
		err := checkPersons(ctx, tx, at+".personIds", step.PersonIds, known)
		if err := violations.Merge("", err); err != nil {
			return err
		}
		err = checkPersons(ctx, tx, at+".escalationPersonIds", step.EscalationPersonIds, known)
		if err := violations.Merge("", err); err != nil {
			return err
		}
	}
	return violations.Err()
}

// unknownKind returns the refusal of a kind of approval that no capability declares.
func (s *Service) unknownKind() error {
	return fault.Invalid(fault.At("approvalKind", "must be one of the kinds of approval: %q", s.kindNames()))
}

// checkStep checks a step by itself, and sets its default.
func checkStep(at string, step *pb.ApprovalPolicy_Step) (violations []fault.Field) {
	step.MinimumApprovers = max(step.MinimumApprovers, 1)
	if slices.Contains(step.Roles, pb.ApiKey_ROLE_UNSPECIFIED) {
		violations = append(violations, fault.At(at+".roles", "must not contain an unspecified role"))
	}
	persons := len(step.PersonIds)
	if step.RequesterManager {
		persons++
	}
	switch {
	case persons == 0 && len(step.Roles) == 0:
		violations = append(violations,
			fault.At(at+".personIds", "is required unless roles or requesterManager is set"))
	case len(step.Roles) == 0 && int(step.MinimumApprovers) > persons+len(step.EscalationPersonIds):
		violations = append(violations, fault.At(at+".minimumApprovers", "must not exceed the number of persons"))
	}
	if (step.EscalateAfterHours > 0) != (len(step.EscalationPersonIds) > 0) {
		violations = append(violations,
			fault.At(at+".escalationPersonIds", "must be set exactly if escalateAfterHours is set"))
	}
	return violations
}

// checkPersons refuses persons who do not exist or are archived, except known ones, whom the policy
// named before.
func checkPersons(ctx context.Context, tx *db.Tx, at string, persons []string, known map[string]bool) error {
	refusals, err := resource.CheckEachReference(ctx, tx, personPrefix, at, persons)
	if err != nil {
		return err
	}
	var violations fault.List
	for i, refusal := range refusals {
		var e *fault.Error
		if !errors.As(refusal, &e) || known[persons[i]] {
			continue
		}
		for j := range e.Fields {
			e.Fields[j].Path = fmt.Sprintf("%s[%d]", at, i)
		}
		violations.MergeViolations("", e)
	}
	return violations.Err()
}

// activePolicies are the policies of a kind that a transaction has read.
type activePolicies map[string][]*policy

// matchPolicy returns the first policy of a kind whose condition the facts meet, nil if there is
// none. It reads the policies once in a transaction.
func matchPolicy(ctx context.Context, tx *db.Tx, kind AnyKind, facts proto.Message) (*policy, error) {
	name := kind.describe().GetName()
	cache := db.TxLocal[activePolicies](tx)
	if *cache == nil {
		*cache = activePolicies{}
	}
	list, cached := (*cache)[name]
	if !cached {
		var err error
		if list, err = readPolicies(ctx, tx, name); err != nil {
			return nil, err
		}
		(*cache)[name] = list
	}
	for _, p := range list {
		c, err := kind.compile(p.Condition)
		if err != nil {
			return p, nil // the facts have changed since the policy was saved; it asks until it is mended
		}
		if met, _ := c.evaluate(facts); met {
			return p, nil
		}
	}
	return nil, nil
}

// readPolicies returns the policies of a kind that are not archived, in the order in which they are
// checked.
func readPolicies(ctx context.Context, tx *db.Tx, kind string) ([]*policy, error) {
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select p.id
from platform.approval_policies p
where p.org_id = $1
and p.approval_kind = $2
and p.archive_time is null
order by p.priority, p.id`, tx.Call().Organization.ID, kind)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = id.Format(policies.Prefix(), key)
	}
	return policies.Table().GetMany(ctx, tx, ids)
}
