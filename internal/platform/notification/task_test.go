package notification_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
)

// TestNewCollaboratorsAreTold checks that persons are told once that they collaborate, unless they
// added themselves.
func TestNewCollaboratorsAreTold(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	work := operationsv1.NewWorkServiceClient(o.ada)
	task := must(work.CreateTask(t.Context(), &operationsv1.CreateTaskRequest{
		Task: &operationsv1.Task{DisplayName: "Website", CollaboratorIds: []string{o.ada.id, o.ben.id}}}))(t)
	o.tell(t)
	o.ben.wantUnread(t, "Ada added you to Website")
	o.ada.wantUnread(t)
	o.ben.archiveAll(t)
	must(work.UpdateTask(t.Context(), &operationsv1.UpdateTaskRequest{
		TaskId: task.GetId(), Task: &operationsv1.Task{CollaboratorIds: []string{o.Owner.GetId(), o.ben.id}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"collaborator_ids"}}}))(t)
	o.tell(t)
	o.ben.wantUnread(t)
	o.owner().wantUnread(t, "Ada added you to Website")
}

// TestOwnersAreToldWhenTasksAreBlockedAndUnblocked completes the predecessors of a task, and
// reopens one.
func TestOwnersAreToldWhenTasksAreBlockedAndUnblocked(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	work := operationsv1.NewWorkServiceClient(o)
	first, second := o.task(t, "First", o.Owner.GetId(), ""), o.task(t, "Second", o.Owner.GetId(), "")
	must(work.CreateTask(t.Context(), &operationsv1.CreateTaskRequest{Task: &operationsv1.Task{
		DisplayName: "Website", OwnerId: o.ada.id,
		Dependencies: []*operationsv1.Task_Dependency{{PredecessorId: first}, {PredecessorId: second}},
	}}))(t)
	o.tell(t)
	o.ada.archiveAll(t)
	must(work.CompleteTask(t.Context(), &operationsv1.CompleteTaskRequest{TaskId: first}))(t)
	o.tell(t)
	o.ada.wantUnread(t)
	must(work.CompleteTask(t.Context(), &operationsv1.CompleteTaskRequest{TaskId: second}))(t)
	o.tell(t)
	o.ada.wantUnread(t, "Website is no longer blocked")
	o.ada.archiveAll(t)
	must(work.ReopenTask(t.Context(), &operationsv1.ReopenTaskRequest{TaskId: first}))(t)
	o.tell(t)
	o.ada.wantUnread(t, "Website is blocked again")
	o.owner().wantUnread(t)
}
