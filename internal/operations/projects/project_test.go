package projects_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/id"
)

func TestProjectCodeIsUniqueWhenGiven(t *testing.T) {
	t.Parallel()
	_, projects := signUp(t)
	newProject(t, projects, &pb.Project{})
	other := newProject(t, projects, &pb.Project{})
	newProject(t, projects, &pb.Project{Code: "WEB"})
	_, err := projects.CreateProject(t.Context(), &pb.CreateProjectRequest{
		Project: &pb.Project{DisplayName: "Web", Code: "WEB"},
	})
	wantRefused(t, err, optionsv1.Reason_PROJECTS_CODE_TAKEN, "code")
	_, err = projects.UpdateProject(t.Context(), &pb.UpdateProjectRequest{
		ProjectId: other.GetId(), Project: &pb.Project{Code: "WEB"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"code"}},
	})
	wantRefused(t, err, optionsv1.Reason_PROJECTS_CODE_TAKEN, "code")
}

func TestProjectIsNotDueBeforeItsStart(t *testing.T) {
	t.Parallel()
	_, projects := signUp(t)
	_, err := projects.CreateProject(t.Context(), &pb.CreateProjectRequest{
		Project: &pb.Project{DisplayName: "Website", StartDate: "2026-12-01", DueDate: "2026-11-30"},
	})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "dueDate")
	project := newProject(t, projects, &pb.Project{StartDate: "2026-12-01", DueDate: "2026-12-01"})
	_, err = projects.UpdateProject(t.Context(), &pb.UpdateProjectRequest{
		ProjectId: project.GetId(), Project: &pb.Project{StartDate: "2026-12-02"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"start_date"}},
	})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "dueDate")
	newProject(t, projects, &pb.Project{DueDate: "2026-11-30"})
}

// TestProjectOwnerMustBeActive checks that the server refuses an archived or unknown owner. An
// archived project keeps an owner who is archived later.
func TestProjectOwnerMustBeActive(t *testing.T) {
	t.Parallel()
	o, projects := signUp(t)
	_, err := projects.CreateProject(t.Context(), &pb.CreateProjectRequest{
		Project: &pb.Project{DisplayName: "Website", OwnerId: newPerson(t, o, true)},
	})
	wantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "ownerId")
	_, err = projects.CreateProject(t.Context(), &pb.CreateProjectRequest{
		Project: &pb.Project{DisplayName: "Website", OwnerId: id.Format("prs", id.New())},
	})
	wantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "ownerId")

	owner := newPerson(t, o, false)
	project := newProject(t, projects, &pb.Project{OwnerId: owner})
	if _, err := projects.ArchiveProject(t.Context(), &pb.ArchiveProjectRequest{ProjectId: project.GetId()}); err != nil {
		t.Fatal(err)
	}
	archive(t, o, owner)
	if _, err = projects.UpdateProject(t.Context(), &pb.UpdateProjectRequest{
		ProjectId: project.GetId(), Project: &pb.Project{Description: "Moved"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"description"}},
	}); err != nil {
		t.Errorf("updating the description of a project with an archived owner: %v", err)
	}
}
