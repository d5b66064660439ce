package projects

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var projectSections = resource.New(table.New("operations.project_sections",
	table.Ref("project_id", "prj", func(p *pb.ProjectSection) *string { return &p.ProjectId }).Filter().Usable(),
	table.Text("display_name", func(p *pb.ProjectSection) *string { return &p.DisplayName }).Filter(),
	table.Text("rank", func(p *pb.ProjectSection) *string { return &p.Rank }).Sort("project_sections_by_rank"),
)).OwnedThrough("project_id", projects.Table()).DeclareEvents("moved")

// CreateProjectSection creates a project section.
func (s *Service) CreateProjectSection(
	ctx context.Context, req *pb.CreateProjectSectionRequest,
) (*pb.ProjectSection, error) {
	return projectSections.Create(ctx, s.db, req.GetProjectSection(), placeSectionLast)
}

// GetProjectSection returns a project section.
func (s *Service) GetProjectSection(ctx context.Context, req *pb.GetProjectSectionRequest) (*pb.ProjectSection, error) {
	return projectSections.Get(ctx, s.db, req.GetProjectSectionId())
}

// BatchGetProjectSections returns several project sections.
func (s *Service) BatchGetProjectSections(
	ctx context.Context, req *pb.BatchGetProjectSectionsRequest,
) (*pb.BatchGetProjectSectionsResponse, error) {
	list, err := projectSections.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetProjectSectionsResponse{ProjectSections: list}, err
}

// ListProjectSections lists project sections.
func (s *Service) ListProjectSections(
	ctx context.Context, req *pb.ListProjectSectionsRequest,
) (*pb.ListProjectSectionsResponse, error) {
	page, err := projectSections.List(ctx, s.db, req)
	return &pb.ListProjectSectionsResponse{ProjectSections: page.Records, NextPageToken: page.Next, TotalSize: page.Total},
		err
}

// UpdateProjectSection updates a project section.
func (s *Service) UpdateProjectSection(
	ctx context.Context, req *pb.UpdateProjectSectionRequest,
) (*pb.ProjectSection, error) {
	return projectSections.Update(ctx, s.db, req.GetProjectSectionId(), req.GetProjectSection(), req.GetUpdateMask())
}

// DeleteProjectSection deletes a project section that no other record refers to.
func (s *Service) DeleteProjectSection(
	ctx context.Context, req *pb.DeleteProjectSectionRequest,
) (*emptypb.Empty, error) {
	return projectSections.Delete(ctx, s.db, req.GetProjectSectionId())
}

// MoveProjectSection moves a project section to another place.
func (s *Service) MoveProjectSection(
	ctx context.Context, req *pb.MoveProjectSectionRequest,
) (*pb.ProjectSection, error) {
	place := func(ctx context.Context, tx *db.Tx, _, p *pb.ProjectSection) (err error) {
		within, err := sectionsOf(p)
		if err != nil {
			return err
		}
		p.Rank, err = projectSections.RankBetween(ctx, tx, p, resource.Beside{
			Before: req.GetBeforeProjectSectionId(), After: req.GetAfterProjectSectionId(), Field: "ProjectSectionId",
		}, within)
		return err
	}
	return projectSections.Change(ctx, s.db, req.GetProjectSectionId(), "moved", place)
}

// placeSectionLast places a new section after the others of its project.
func placeSectionLast(ctx context.Context, tx *db.Tx, _, p *pb.ProjectSection) error {
	within, err := sectionsOf(p)
	if err != nil {
		return err
	}
	p.Rank, err = projectSections.LastRank(ctx, tx, within)
	return err
}

// sectionsOf returns the condition for the sections of a section's project.
func sectionsOf(p *pb.ProjectSection) (*table.Equal, error) {
	project, err := projects.Table().Key(p.ProjectId)
	return &table.Equal{Column: "project_id", Value: project}, err
}
