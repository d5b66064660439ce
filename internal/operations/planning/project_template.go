package planning

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var projectTemplates = resource.New(table.New("operations.project_templates",
	table.Text("display_name", func(t *pb.ProjectTemplate) *string { return &t.DisplayName }).
		Filter().Sort("project_templates_by_display_name"),
	table.Text("description", func(t *pb.ProjectTemplate) *string { return &t.Description }),
	table.Enum("billing", func(t *pb.ProjectTemplate) *pb.Project_Billing { return &t.Billing }).Filter(),
	table.Text("currency_code", func(t *pb.ProjectTemplate) *string { return &t.CurrencyCode }),
	table.Int32("budget_seconds", func(t *pb.ProjectTemplate) *int32 { return &t.BudgetSeconds }),
	table.Money("budget_amount", func(t *pb.ProjectTemplate) **typepb.Money { return &t.BudgetAmount }),
	table.Ref("item_id", "itm", func(t *pb.ProjectTemplate) *string { return &t.ItemId }).Filter().Usable(),
	table.Bool("business_days", func(t *pb.ProjectTemplate) *bool { return &t.BusinessDays }),
	table.Strings("holiday_sets", func(t *pb.ProjectTemplate) *[]string { return &t.HolidaySets }),
	table.Optional("due_offset_days", "integer", func(t *pb.ProjectTemplate) **int32 { return &t.DueOffsetDays }),
	table.Messages("roles", func(t *pb.ProjectTemplate) *[]*pb.ProjectTemplate_Role { return &t.Roles }),
	table.Messages("sections", func(t *pb.ProjectTemplate) *[]*pb.ProjectTemplate_Section { return &t.Sections }),
	table.Messages("milestones", func(t *pb.ProjectTemplate) *[]*pb.ProjectTemplate_Milestone { return &t.Milestones }),
	table.Messages("tasks", func(t *pb.ProjectTemplate) *[]*pb.ProjectTemplate_Task { return &t.Tasks }),
)).Open()

// CreateProjectTemplate creates a project template.
func (s *Service) CreateProjectTemplate(
	ctx context.Context, req *pb.CreateProjectTemplateRequest,
) (*pb.ProjectTemplate, error) {
	return projectTemplates.Create(ctx, s.db, req.GetProjectTemplate(), checkTemplate)
}

// GetProjectTemplate returns a project template.
func (s *Service) GetProjectTemplate(
	ctx context.Context, req *pb.GetProjectTemplateRequest,
) (*pb.ProjectTemplate, error) {
	return projectTemplates.Get(ctx, s.db, req.GetProjectTemplateId())
}

// BatchGetProjectTemplates returns several project templates.
func (s *Service) BatchGetProjectTemplates(
	ctx context.Context, req *pb.BatchGetProjectTemplatesRequest,
) (*pb.BatchGetProjectTemplatesResponse, error) {
	list, err := projectTemplates.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetProjectTemplatesResponse{ProjectTemplates: list}, err
}

// ListProjectTemplates lists project templates.
func (s *Service) ListProjectTemplates(
	ctx context.Context, req *pb.ListProjectTemplatesRequest,
) (*pb.ListProjectTemplatesResponse, error) {
	page, err := projectTemplates.List(ctx, s.db, req)
	return &pb.ListProjectTemplatesResponse{ProjectTemplates: page.Records, NextPageToken: page.Next,
		TotalSize: page.Total}, err
}

// UpdateProjectTemplate updates a project template.
func (s *Service) UpdateProjectTemplate(
	ctx context.Context, req *pb.UpdateProjectTemplateRequest,
) (*pb.ProjectTemplate, error) {
	return projectTemplates.Update(ctx, s.db, req.GetProjectTemplateId(), req.GetProjectTemplate(), req.GetUpdateMask(),
		checkTemplate)
}

// ArchiveProjectTemplate archives a project template.
func (s *Service) ArchiveProjectTemplate(
	ctx context.Context, req *pb.ArchiveProjectTemplateRequest,
) (*pb.ProjectTemplate, error) {
	return projectTemplates.Archive(ctx, s.db, req.GetProjectTemplateId())
}

// UnarchiveProjectTemplate restores an archived project template.
func (s *Service) UnarchiveProjectTemplate(
	ctx context.Context, req *pb.UnarchiveProjectTemplateRequest,
) (*pb.ProjectTemplate, error) {
	return projectTemplates.Unarchive(ctx, s.db, req.GetProjectTemplateId())
}

// DeleteProjectTemplate deletes a project template that no other record refers to.
func (s *Service) DeleteProjectTemplate(
	ctx context.Context, req *pb.DeleteProjectTemplateRequest,
) (*emptypb.Empty, error) {
	return projectTemplates.Delete(ctx, s.db, req.GetProjectTemplateId())
}
