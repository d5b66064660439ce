package approval

import (
	"context"
	"slices"

	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

type request = pb.ApprovalRequest

var requests = resource.New(table.New("platform.approval_requests",
	table.Subject("subject_id", func(r *request) *string { return &r.SubjectId }).Filter(),
	table.Text("display_name", func(r *request) *string { return &r.DisplayName }),
	table.Text("approval_kind", func(r *request) *string { return &r.ApprovalKind }).Filter(),
	table.Ref("policy_id", "apl", func(r *request) *string { return &r.PolicyId }).Filter(),
	table.Ref("requester_id", "prs", func(r *request) *string { return &r.RequesterId }).Filter(),
	table.Refs("maker_ids", "prs", func(r *request) *[]string { return &r.MakerIds }),
	table.Enum("state", func(r *request) *pb.ApprovalRequest_State { return &r.State }).Filter(),
	table.Message("facts", func(r *request) **structpb.Struct { return &r.Facts }),
	table.Messages("steps", func(r *request) *[]*pb.ApprovalPolicy_Step { return &r.Steps }),
	table.Int32("step", func(r *request) *int32 { return &r.Step }),
	table.Ref("approver_id", "prs", func(r *request) *string { return &r.ApproverId }).Filter(),
	table.Refs("approver_ids", "prs", func(r *request) *[]string { return &r.ApproverIds }),
	table.Enums("approver_roles", func(r *request) *[]pb.ApiKey_Role { return &r.ApproverRoles }),
	table.Refs("approved_by_ids", "prs", func(r *request) *[]string { return &r.ApprovedByIds }),
	table.Int32("missing_approvals", func(r *request) *int32 { return &r.MissingApprovals }),
	table.Messages("decisions", func(r *request) *[]*pb.ApprovalRequest_Decision { return &r.Decisions }),
	table.Timestamp("escalate_time", func(r *request) **timestamppb.Timestamp { return &r.EscalateTime }),
	table.Ref("superseded_by_id", "apr", func(r *request) *string { return &r.SupersededById }),
	table.Text("fingerprint", func(r *request) *string { return &r.Fingerprint }),
	table.Predicate[*request]("decidable", decidableByCaller),
)).OnSubject("subject_id").Lifecycle(lifecycle).LoadComputed(setDecidable).
	GuardAll(guardDecision, "approve", "reject", "askBack").
	GuardEach(checkRequester, "answer").GuardEach(checkWithdrawer, "withdraw").Guard("release", guardRelease).
	DeclareEvents("requested", "endorsed", "escalated", "superseded", "updated").
	Responsible("approver_id").ClosedIn(pb.ApprovalRequest_APPROVED, pb.ApprovalRequest_REJECTED,
	pb.ApprovalRequest_WITHDRAWN, pb.ApprovalRequest_SUPERSEDED, pb.ApprovalRequest_RELEASED).
	WaitsFor(waiting...)

var (
	pending   = []pb.ApprovalRequest_State{pb.ApprovalRequest_PENDING}
	askedBack = []pb.ApprovalRequest_State{pb.ApprovalRequest_ASKED_BACK}
	open      = slices.Concat(pending, askedBack)
)

// lifecycle lists the verbs of a request. An approval keeps the state, unless it is the last one.
var lifecycle = state.New(func(r *request) *pb.ApprovalRequest_State { return &r.State },
	[]state.Step[pb.ApprovalRequest_State]{
		{Verb: "approve", Event: "approved", From: pending},
		{Verb: "reject", Event: "rejected", From: pending, To: pb.ApprovalRequest_REJECTED},
		{Verb: "askBack", Event: "askedBack", From: pending, To: pb.ApprovalRequest_ASKED_BACK},
		{Verb: "answer", Event: "answered", From: askedBack, To: pb.ApprovalRequest_PENDING},
		{Verb: "withdraw", Event: "withdrawn", From: open, To: pb.ApprovalRequest_WITHDRAWN},
		{Verb: "release", Event: "released", From: open, To: pb.ApprovalRequest_RELEASED},
	})

// GetApprovalRequest returns an approval request.
func (s *Service) GetApprovalRequest(
	ctx context.Context, req *pb.GetApprovalRequestRequest,
) (*pb.ApprovalRequest, error) {
	return requests.Get(ctx, s.db, req.GetApprovalRequestId())
}

// BatchGetApprovalRequests returns several approval requests.
func (s *Service) BatchGetApprovalRequests(
	ctx context.Context, req *pb.BatchGetApprovalRequestsRequest,
) (*pb.BatchGetApprovalRequestsResponse, error) {
	list, err := requests.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetApprovalRequestsResponse{ApprovalRequests: list}, err
}

// ListApprovalRequests lists approval requests.
func (s *Service) ListApprovalRequests(
	ctx context.Context, req *pb.ListApprovalRequestsRequest,
) (*pb.ListApprovalRequestsResponse, error) {
	page, err := requests.List(ctx, s.db, req)
	return &pb.ListApprovalRequestsResponse{
		ApprovalRequests: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// ListApprovalInbox lists the approval requests that the caller may decide now, oldest first.
func (s *Service) ListApprovalInbox(
	ctx context.Context, req *pb.ListApprovalInboxRequest,
) (*pb.ListApprovalInboxResponse, error) {
	page, err := requests.List(ctx, s.db, &pb.ListApprovalRequestsRequest{
		PageSize: req.GetPageSize(), PageToken: req.GetPageToken(), IncludeTotal: req.GetIncludeTotal(),
		Filter: "decidable = true",
	})
	return &pb.ListApprovalInboxResponse{
		ApprovalRequests: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}
