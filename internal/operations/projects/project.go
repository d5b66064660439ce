package projects

import (
	"cmp"
	"context"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

type timestamp = timestamppb.Timestamp

var projects = resource.New(table.New("operations.projects",
	table.Text("display_name", func(p *pb.Project) *string { return &p.DisplayName }).
		Filter().Sort("projects_by_display_name"),
	table.Text("code", func(p *pb.Project) *string { return &p.Code }).Filter(),
	table.Text("description", func(p *pb.Project) *string { return &p.Description }),
	table.Ref("owner_id", "prs", func(p *pb.Project) *string { return &p.OwnerId }).Filter().Usable(),
	table.Date("start_date", func(p *pb.Project) *string { return &p.StartDate }),
	table.DateOrInfinity("due_date", func(p *pb.Project) *string { return &p.DueDate }),
	table.Ref("deputy_id", "prs", func(p *pb.Project) *string { return &p.DeputyId }).Filter().Usable(),
	table.Sharers("member_ids", func(p *pb.Project) *[]string { return &p.MemberIds }).Filter().Usable(),
	table.Ref("customer_id", "cus", func(p *pb.Project) *string { return &p.CustomerId }).Filter().Usable(),
	table.Enum("state", func(p *pb.Project) *pb.Project_State { return &p.State }).Filter(),
	table.Enum("billing", func(p *pb.Project) *pb.Project_Billing { return &p.Billing }).Filter(),
	table.Text("currency_code", func(p *pb.Project) *string { return &p.CurrencyCode }).Filter(),
	table.Int32("budget_seconds", func(p *pb.Project) *int32 { return &p.BudgetSeconds }),
	table.Money("budget_amount", func(p *pb.Project) **typepb.Money { return &p.BudgetAmount }),
	table.Ref("item_id", "itm", func(p *pb.Project) *string { return &p.ItemId }).Filter().Usable(),
	table.Timestamp("complete_time", func(p *pb.Project) **timestamp { return &p.CompleteTime }),
	table.Message("update_recurrence", func(p *pb.Project) **typepb.Recurrence { return &p.UpdateRecurrence }),
	table.Date("update_due_date", func(p *pb.Project) *string { return &p.UpdateDueDate }).Filter(),
).Rank(db.RankProject)).Owner("owner_id").SharedWith("member_ids").SharedWithDeputies().Lifecycle(projectLifecycle).
	Responsible("owner_id", "deputy_id").Due("due_date").
	ClosedIn(pb.Project_COMPLETED, pb.Project_CANCELED).Searchable("display_name", "code", "description").
	DeclareEvents("updateRequested").GuardEach(refuseReschedule, "reschedule").GuardEach(refuseCloseOut, "closeOut").
	Compute(func(_ *call.Call, p *pb.Project) { p.DimensionValueId = ledger.DimensionValueID(p.Id) })

// CreateProject creates a project.
func (s *Service) CreateProject(ctx context.Context, req *pb.CreateProjectRequest) (*pb.Project, error) {
	return projects.CreateWith(ctx, s.db, req.GetProject(), createProject)
}

// createProject stores a project and its dimension value.
func createProject(ctx context.Context, tx *db.Tx, _, p *pb.Project) error {
	if err := projects.Insert(ctx, tx, p, setUnstarted, checkDates, setDefaultOwner, checkBilling,
		checkUpdateRecurrence); err != nil {
		return err
	}
	if err := ledger.AddSubjectValue(ctx, tx, financev1.Dimension_PROJECT, p); err != nil {
		return err
	}
	return scheduleUpdates(ctx, tx, &pb.Project{}, p)
}

// GetProject returns a project.
func (s *Service) GetProject(ctx context.Context, req *pb.GetProjectRequest) (*pb.Project, error) {
	return projects.Get(ctx, s.db, req.GetProjectId())
}

// BatchGetProjects returns several projects.
func (s *Service) BatchGetProjects(
	ctx context.Context, req *pb.BatchGetProjectsRequest,
) (*pb.BatchGetProjectsResponse, error) {
	list, err := projects.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetProjectsResponse{Projects: list}, err
}

// ListProjects lists projects.
func (s *Service) ListProjects(ctx context.Context, req *pb.ListProjectsRequest) (*pb.ListProjectsResponse, error) {
	page, err := projects.List(ctx, s.db, req)
	return &pb.ListProjectsResponse{Projects: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateProject updates a project.
func (s *Service) UpdateProject(ctx context.Context, req *pb.UpdateProjectRequest) (*pb.Project, error) {
	return projects.Update(ctx, s.db, req.GetProjectId(), req.GetProject(), req.GetUpdateMask(), checkDates,
		checkBilling, checkBillingEnd, keepMilestoneAmounts, checkUpdateRecurrence,
		ledger.UpdateSubjectValue[*pb.Project], scheduleUpdates)
}

// ArchiveProject archives a project.
func (s *Service) ArchiveProject(ctx context.Context, req *pb.ArchiveProjectRequest) (*pb.Project, error) {
	return projects.Archive(ctx, s.db, req.GetProjectId(), clearUpdateDueDate, ledger.UpdateSubjectValue[*pb.Project])
}

// UnarchiveProject unarchives a project.
func (s *Service) UnarchiveProject(ctx context.Context, req *pb.UnarchiveProjectRequest) (*pb.Project, error) {
	return projects.Unarchive(ctx, s.db, req.GetProjectId(), ledger.UpdateSubjectValue[*pb.Project])
}

// DeleteProject deletes a project that no other record refers to.
func (s *Service) DeleteProject(ctx context.Context, req *pb.DeleteProjectRequest) (*emptypb.Empty, error) {
	return projects.Delete(ctx, s.db, req.GetProjectId(), ledger.DeleteSubjectValue[*pb.Project], removeUpdates)
}

// checkDates refuses a project whose due date is before its start date.
func checkDates(_ context.Context, _ *db.Tx, _, p *pb.Project) error {
	if p.DueDate != "" && p.DueDate < p.StartDate {
		return fault.Invalid(fault.At("dueDate", "must not be before startDate, %s", p.StartDate))
	}
	return nil
}

// setDefaultOwner sets the owner of a project without one to the caller, if the caller is a person.
func setDefaultOwner(_ context.Context, tx *db.Tx, _, p *pb.Project) error {
	p.OwnerId = cmp.Or(p.OwnerId, id.Format("prs", tx.Call().PersonID))
	return nil
}
