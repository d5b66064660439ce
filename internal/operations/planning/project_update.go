package planning

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

type timestamp = timestamppb.Timestamp

// editPeriod is how long the author can change the text of an update.
const editPeriod = 24 * time.Hour

var projectUpdates = resource.New(table.New("operations.project_updates",
	table.Ref("project_id", "prj", func(u *pb.ProjectUpdate) *string { return &u.ProjectId }).Filter().Usable(),
	table.Enum("status", func(u *pb.ProjectUpdate) *pb.ProjectUpdate_Status { return &u.Status }).Filter(),
	table.Text("body_markdown", func(u *pb.ProjectUpdate) *string { return &u.BodyMarkdown }),
	table.Ref("author_id", "prs", func(u *pb.ProjectUpdate) *string { return &u.AuthorId }).Filter(),
	table.Date("due_date", func(u *pb.ProjectUpdate) *string { return &u.DueDate }),
	table.Message("figures", func(u *pb.ProjectUpdate) **pb.ProjectUpdate_Figures { return &u.Figures }),
	table.Timestamp("edit_time", func(u *pb.ProjectUpdate) **timestamp { return &u.EditTime }),
	table.Predicate[*pb.ProjectUpdate]("latest", latestSQL),
)).OwnedThrough("project_id", projects.Owned()).SharedThrough("project_id", projects.Owned()).
	Compute(hideTrackedTime)

// hideTrackedTime removes the time worked and its price for a caller who may not read budgets.
func hideTrackedTime(c *call.Call, u *pb.ProjectUpdate) {
	if u.Figures != nil && !c.Allows("operations.projectBudgets.read") {
		u.Figures.TrackedSeconds, u.Figures.TrackedAmount = nil, nil
	}
}

// latestSQL is the condition that an update is the newest one of its project.
const latestSQL = `not exists (
  select
  from operations.project_updates n
  where n.org_id = $1
  and n.project_id = t.project_id
  and n.id > t.id
)`

// CreateProjectUpdate creates a project update.
func (s *Service) CreateProjectUpdate(
	ctx context.Context, req *pb.CreateProjectUpdateRequest,
) (*pb.ProjectUpdate, error) {
	return projectUpdates.Create(ctx, s.db, req.GetProjectUpdate(), setAuthor, s.freezeFigures)
}

// GetProjectUpdate returns a project update.
func (s *Service) GetProjectUpdate(ctx context.Context, req *pb.GetProjectUpdateRequest) (*pb.ProjectUpdate, error) {
	return projectUpdates.Get(ctx, s.db, req.GetProjectUpdateId())
}

// BatchGetProjectUpdates returns several project updates.
func (s *Service) BatchGetProjectUpdates(
	ctx context.Context, req *pb.BatchGetProjectUpdatesRequest,
) (*pb.BatchGetProjectUpdatesResponse, error) {
	list, err := projectUpdates.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetProjectUpdatesResponse{ProjectUpdates: list}, err
}

// ListProjectUpdates lists project updates.
func (s *Service) ListProjectUpdates(
	ctx context.Context, req *pb.ListProjectUpdatesRequest,
) (*pb.ListProjectUpdatesResponse, error) {
	page, err := projectUpdates.List(ctx, s.db, req, resource.NewestFirst)
	return &pb.ListProjectUpdatesResponse{ProjectUpdates: page.Records, NextPageToken: page.Next,
		TotalSize: page.Total}, err
}

// UpdateProjectUpdate updates a project update.
func (s *Service) UpdateProjectUpdate(
	ctx context.Context, req *pb.UpdateProjectUpdateRequest,
) (*pb.ProjectUpdate, error) {
	return projectUpdates.Update(ctx, s.db, req.GetProjectUpdateId(), req.GetProjectUpdate(), req.GetUpdateMask(),
		checkAuthor, setEditTime)
}

// DeleteProjectUpdate deletes a project update that no other record refers to.
func (s *Service) DeleteProjectUpdate(ctx context.Context, req *pb.DeleteProjectUpdateRequest) (*emptypb.Empty, error) {
	return projectUpdates.Delete(ctx, s.db, req.GetProjectUpdateId(), checkAuthor, requestAgain)
}

// setAuthor sets the author of a new update, and the day on which it was due. It refuses an update
// of a closed project, and notes that the project waits for none.
func setAuthor(ctx context.Context, tx *db.Tx, _, u *pb.ProjectUpdate) error {
	u.AuthorId = id.Format("prs", tx.Call().PersonID)
	p, err := projects.FindProject(ctx, tx, u.ProjectId)
	if err != nil {
		return err
	}
	u.DueDate = p.UpdateDueDate
	if err := projects.RefuseClosed(tx, p); err != nil || p.UpdateDueDate == "" {
		return err
	}
	return projects.NoteUpdate(ctx, tx, p.Id)
}

// requestAgain notes that a deleted update is due again, unless a newer one was written.
func requestAgain(ctx context.Context, tx *db.Tx, was, _ *pb.ProjectUpdate) error {
	if was.DueDate == "" {
		return nil
	}
	self, err := projectUpdates.Table().Key(was.Id)
	if err != nil {
		return err
	}
	project, err := projects.Table().Key(was.ProjectId)
	if err != nil {
		return err
	}
	var hasNewer bool
	if err := tx.QueryRow(ctx, `
select exists (
  select
  from operations.project_updates n
  where n.org_id = $1
  and n.project_id = $2
  and n.id > $3
)`, tx.Call().Organization.ID, project, self).Scan(&hasNewer); err != nil || hasNewer {
		return err
	}
	return projects.NoteUpdateDeleted(ctx, tx, was.ProjectId, was.DueDate)
}

// checkAuthor refuses a change by another person than the author, and after the period in which the
// text can change. Keys without a person are not told apart, so none of them may change an update.
func checkAuthor(_ context.Context, tx *db.Tx, was, _ *pb.ProjectUpdate) error {
	if was.AuthorId == "" || was.AuthorId != id.Format("prs", tx.Call().PersonID) {
		return fault.New(codes.PermissionDenied, optionsv1.Reason_OUT_OF_REACH,
			"Only the author may change or delete a project update.").WithSubject(was.Id)
	}
	if tx.Call().Now().Sub(was.CreateTime.AsTime()) > editPeriod {
		return fault.Refuse(optionsv1.Reason_PROJECT_UPDATE_FINAL,
			"The project update is older than 24 hours; write another one.").WithSubject(was.Id)
	}
	return nil
}

// setEditTime sets the time at which the text was last changed.
func setEditTime(_ context.Context, tx *db.Tx, was, u *pb.ProjectUpdate) error {
	if was.BodyMarkdown != u.BodyMarkdown {
		u.EditTime = timestamppb.New(tx.Call().Now())
	}
	return nil
}
