package work

import (
	"cmp"
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var projects = resource.New(table.New("operations.projects",
	table.Text("display_name", func(p *pb.Project) *string { return &p.DisplayName }).
		Filter().Sort("projects_by_display_name"),
	table.Text("code", func(p *pb.Project) *string { return &p.Code }).Filter(),
	table.Text("description", func(p *pb.Project) *string { return &p.Description }),
	table.Ref("owner_id", "prs", func(p *pb.Project) *string { return &p.OwnerId }).Filter().Usable(),
	table.Date("start_date", func(p *pb.Project) *string { return &p.StartDate }),
	table.DateOrInfinity("due_date", func(p *pb.Project) *string { return &p.DueDate }),
	table.Ref("deputy_id", "prs", func(p *pb.Project) *string { return &p.DeputyId }).Filter().Usable(),
)).Owner("owner_id").Responsible("owner_id", "deputy_id").Due("due_date").
	Searchable("display_name", "code", "description").Compute(func(_ *call.Call, p *pb.Project) {
	p.DimensionValueId = ledger.DimensionValueID(p.Id)
})

// CreateProject creates a project.
func (s *Service) CreateProject(ctx context.Context, req *pb.CreateProjectRequest) (*pb.Project, error) {
	return projects.CreateWith(ctx, s.db, req.GetProject(), createProject)
}

// createProject stores a project and its dimension value.
func createProject(ctx context.Context, tx *db.Tx, _, p *pb.Project) error {
	if err := projects.Insert(ctx, tx, p, checkProjectDates, setDefaultProjectOwner); err != nil {
		return err
	}
	return ledger.AddSubjectValue(ctx, tx, financev1.Dimension_PROJECT, p)
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
	return projects.Update(ctx, s.db, req.GetProjectId(), req.GetProject(), req.GetUpdateMask(), checkProjectDates,
		ledger.UpdateSubjectValue[*pb.Project])
}

// ArchiveProject archives a project.
func (s *Service) ArchiveProject(ctx context.Context, req *pb.ArchiveProjectRequest) (*pb.Project, error) {
	return projects.Archive(ctx, s.db, req.GetProjectId(), ledger.UpdateSubjectValue[*pb.Project])
}

// UnarchiveProject unarchives a project.
func (s *Service) UnarchiveProject(ctx context.Context, req *pb.UnarchiveProjectRequest) (*pb.Project, error) {
	return projects.Unarchive(ctx, s.db, req.GetProjectId(), ledger.UpdateSubjectValue[*pb.Project])
}

// DeleteProject deletes a project that has no tasks.
func (s *Service) DeleteProject(ctx context.Context, req *pb.DeleteProjectRequest) (*emptypb.Empty, error) {
	return projects.Delete(ctx, s.db, req.GetProjectId(), ledger.DeleteSubjectValue[*pb.Project])
}

// checkProjectDates refuses a project whose due date is before its start date.
func checkProjectDates(_ context.Context, _ *db.Tx, _, p *pb.Project) error {
	if p.DueDate != "" && p.DueDate < p.StartDate {
		return fault.Invalid(fault.At("dueDate", "must not be before startDate, %s", p.StartDate))
	}
	return nil
}

// setDefaultProjectOwner sets the owner of a project without one to the caller, if the caller is a
// person.
func setDefaultProjectOwner(_ context.Context, tx *db.Tx, _, p *pb.Project) error {
	p.OwnerId = cmp.Or(p.OwnerId, id.Format("prs", tx.Call().PersonID))
	return nil
}
