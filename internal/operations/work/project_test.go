package work_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

func TestProjectWithTasksCannotBeDeleted(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	projects := pb.NewProjectsServiceClient(o)
	project := newProject(t, o, &pb.Project{})
	task := newTask(t, work, &pb.Task{ProjectId: project.GetId()})
	_, err := projects.DeleteProject(t.Context(), &pb.DeleteProjectRequest{ProjectId: project.GetId()})
	wantRefused(t, err, optionsv1.Reason_PROJECTS_IN_USE)
	if _, err := work.DeleteTask(t.Context(), &pb.DeleteTaskRequest{TaskId: task.GetId()}); err != nil {
		t.Fatal(err)
	}
	if _, err := projects.DeleteProject(t.Context(), &pb.DeleteProjectRequest{ProjectId: project.GetId()}); err != nil {
		t.Error(err)
	}
}

func TestArchivedProjectKeepsItsTasks(t *testing.T) {
	t.Parallel()
	o, work := signUp(t)
	projects := pb.NewProjectsServiceClient(o)
	project := newProject(t, o, &pb.Project{})
	task := newTask(t, work, &pb.Task{ProjectId: project.GetId()})
	if _, err := projects.ArchiveProject(t.Context(), &pb.ArchiveProjectRequest{ProjectId: project.GetId()}); err != nil {
		t.Fatal(err)
	}
	task.Description = "By post."
	if _, err := work.UpdateTask(t.Context(), &pb.UpdateTaskRequest{
		TaskId: task.GetId(), Task: task, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"description", "project_id"}},
	}); err != nil {
		t.Errorf("updating a task of an archived project: %v", err)
	}
}
