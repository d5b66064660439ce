package projects

import (
	"cmp"
	"context"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var milestones = resource.New(table.New("operations.milestones",
	table.Ref("project_id", "prj", func(m *pb.Milestone) *string { return &m.ProjectId }).Filter().Usable(),
	table.Text("display_name", func(m *pb.Milestone) *string { return &m.DisplayName }).
		Filter().Sort("milestones_by_display_name"),
	table.Text("description", func(m *pb.Milestone) *string { return &m.Description }),
	table.DateOrInfinity("due_date", func(m *pb.Milestone) *string { return &m.DueDate }).
		Filter().Sort("milestones_by_due_date"),
	table.Money("amount", func(m *pb.Milestone) **typepb.Money { return &m.Amount }),
	table.Date("complete_date", func(m *pb.Milestone) *string { return &m.CompleteDate }).Filter(),
	table.Ref("invoice_id", "inv", func(m *pb.Milestone) *string { return &m.InvoiceId }).Filter(),
	table.Enum("state", func(m *pb.Milestone) *pb.Milestone_State { return &m.State }).Filter(),
).Rank(db.RankMilestone)).OwnedThrough("project_id", projects.Table()).SharedThrough("project_id", projects.Table()).
	Lifecycle(milestoneLifecycle).DeclareEvents("billed", "released").GuardEach(refuseBilled, "reopen").
	GuardEach(refuseBilling, "bill")

var milestoneLifecycle = state.New(
	func(m *pb.Milestone) *pb.Milestone_State { return &m.State },
	[]state.Step[pb.Milestone_State]{
		{Verb: "complete", Event: "completed", From: []pb.Milestone_State{pb.Milestone_OPEN},
			To: pb.Milestone_COMPLETED},
		{Verb: "reopen", Event: "reopened", From: []pb.Milestone_State{pb.Milestone_COMPLETED}, To: pb.Milestone_OPEN},
	},
)

// CreateMilestone creates a milestone.
func (s *Service) CreateMilestone(ctx context.Context, req *pb.CreateMilestoneRequest) (*pb.Milestone, error) {
	return milestones.Create(ctx, s.db, req.GetMilestone(), setMilestoneOpen, keepProject, checkAmount)
}

// GetMilestone returns a milestone.
func (s *Service) GetMilestone(ctx context.Context, req *pb.GetMilestoneRequest) (*pb.Milestone, error) {
	return milestones.Get(ctx, s.db, req.GetMilestoneId())
}

// BatchGetMilestones returns several milestones.
func (s *Service) BatchGetMilestones(
	ctx context.Context, req *pb.BatchGetMilestonesRequest,
) (*pb.BatchGetMilestonesResponse, error) {
	list, err := milestones.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetMilestonesResponse{Milestones: list}, err
}

// ListMilestones lists milestones.
func (s *Service) ListMilestones(
	ctx context.Context, req *pb.ListMilestonesRequest,
) (*pb.ListMilestonesResponse, error) {
	page, err := milestones.List(ctx, s.db, req)
	return &pb.ListMilestonesResponse{Milestones: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateMilestone updates a milestone.
func (s *Service) UpdateMilestone(ctx context.Context, req *pb.UpdateMilestoneRequest) (*pb.Milestone, error) {
	return milestones.Update(ctx, s.db, req.GetMilestoneId(), req.GetMilestone(), req.GetUpdateMask(),
		checkAmount, keepBilledAmount)
}

// DeleteMilestone deletes a milestone that no other record refers to and no invoice bills.
func (s *Service) DeleteMilestone(ctx context.Context, req *pb.DeleteMilestoneRequest) (*emptypb.Empty, error) {
	return milestones.Delete(ctx, s.db, req.GetMilestoneId(),
		func(_ context.Context, tx *db.Tx, was, _ *pb.Milestone) error { return refuseBilled(tx, was) })
}

// CompleteMilestone completes a milestone.
func (s *Service) CompleteMilestone(ctx context.Context, req *pb.CompleteMilestoneRequest) (*pb.Milestone, error) {
	return milestones.Step(ctx, s.db, req.GetMilestoneId(), "complete", setCompleteDate(req.GetDate()))
}

// ReopenMilestone reopens a milestone.
func (s *Service) ReopenMilestone(ctx context.Context, req *pb.ReopenMilestoneRequest) (*pb.Milestone, error) {
	return milestones.Step(ctx, s.db, req.GetMilestoneId(), "reopen", clearCompleteDate)
}

// CreateMilestones stores the milestones of a project that the transaction created. at returns the
// path of the i-th one in the request.
func CreateMilestones(ctx context.Context, tx *db.Tx, list []*pb.Milestone, at func(i int) string) error {
	if len(list) == 0 {
		return nil
	}
	return milestones.InsertMany(ctx, tx, list, at, setMilestoneOpen, checkAmount)
}

// MilestonesOf returns the milestones of a project, the oldest first.
func MilestonesOf(ctx context.Context, tx *db.Tx, projectID string) ([]*pb.Milestone, error) {
	ids, err := milestoneIDs(ctx, tx, projectID)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return milestones.Table().GetMany(ctx, tx, ids)
}

// milestoneIDs returns the identifiers of the milestones of a project, the oldest first.
func milestoneIDs(ctx context.Context, tx *db.Tx, projectID string) ([]string, error) {
	key, err := projects.Table().Key(projectID)
	if err != nil {
		return nil, err
	}
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select m.id
from operations.milestones m
where m.org_id = $1
and m.project_id = $2
order by m.id`, tx.Call().Organization.ID, key)
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = id.Format(milestones.Prefix(), k)
	}
	return ids, err
}

// keepProject is the rule that the project of a new milestone stays as it is until the milestone is
// stored: its billing and its currency decide on the amount.
func keepProject(ctx context.Context, tx *db.Tx, _, m *pb.Milestone) error {
	p, err := KeepProject(ctx, tx, m.ProjectId)
	if err != nil {
		return err
	}
	return CheckUsable(p, "projectId")
}

// setMilestoneOpen sets the state of a new milestone.
func setMilestoneOpen(_ context.Context, _ *db.Tx, _, m *pb.Milestone) error {
	m.State = pb.Milestone_OPEN
	return nil
}

// setCompleteDate returns the rule that sets the day on which a milestone was reached, by default
// today.
func setCompleteDate(date string) resource.Rule[*pb.Milestone] {
	return func(_ context.Context, tx *db.Tx, _, m *pb.Milestone) error {
		today := tx.Call().Today().String()
		m.CompleteDate = cmp.Or(date, today)
		if _, err := calendar.ParseBusinessDate(m.CompleteDate); err != nil {
			return fault.Invalid(fault.At("date", "%s", err))
		}
		if m.CompleteDate > today {
			return fault.Invalid(fault.At("date", "must not be after today, %s", today))
		}
		return nil
	}
}

// clearCompleteDate is the rule that clears the day on which a milestone was reached.
func clearCompleteDate(_ context.Context, _ *db.Tx, _, m *pb.Milestone) error {
	m.CompleteDate = ""
	return nil
}
