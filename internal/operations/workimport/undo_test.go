package workimport_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/id"
)

// TestUndoKeepsWhatWasChanged checks that records which people changed, discuss or refer to are
// kept, with what they need, and that the others are removed.
func TestUndoKeepsWhatWasChanged(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	w := o.run(t, o.read(t, sample(t, "asana-project.csv"), nil))
	tasks := o.tasks(t)
	legal := taskNamed(t, tasks, "Check the copy with legal ⚖️") // below "Write the copy", below "Rework …"
	must(o.CompleteTask(t.Context(), &pb.CompleteTaskRequest{TaskId: legal.GetId()}))(t)
	numbers := taskNamed(t, tasks, "Collect the numbers")
	must(o.CreateComment(t.Context(), &platformv1.CreateCommentRequest{
		Comment: &platformv1.Comment{SubjectId: numbers.GetId(), BodyMarkdown: "Which numbers?"},
	}))(t)
	w = o.undo(t, w)
	var left []string
	for _, task := range o.tasks(t) {
		left = append(left, task.GetDisplayName())
	}
	want := []string{"Rework the pricing page", "Weekly report", "Write the copy", "Collect the numbers",
		"Check the copy with legal ⚖️"}
	if !slices.Equal(left, want) {
		t.Errorf("got the tasks %q, want %q", left, want)
	}
	reasons := map[string]string{}
	for _, r := range o.records(t, w, pb.WorkImportRecord_KEPT) {
		reasons[r.GetRecordId()] = r.GetReason()
	}
	parent := taskNamed(t, tasks, "Write the copy")
	if !strings.Contains(reasons[legal.GetId()], "changed") || !strings.Contains(reasons[numbers.GetId()], "comments") ||
		!strings.Contains(reasons[parent.GetId()], "refer to it") || reasons[parent.GetProjectId()] == "" ||
		int(w.GetKeptCount()) != len(reasons) {
		t.Errorf("got %v for %v", reasons, w)
	}
	_, err := o.RunWorkImport(t.Context(), &pb.RunWorkImportRequest{WorkImportId: w.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
}

// manyTasks returns a project of Asana. Each task but the first comes after the one before.
func manyTasks(n int) []byte {
	var out strings.Builder
	out.WriteString("Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,Assignee Email," +
		"Start Date,Due Date,Tags,Notes,Projects,Parent task,Blocked By (Dependencies),Blocking (Dependencies)\n")
	for i := range n {
		before := ""
		if i > 0 {
			before = fmt.Sprintf("Task %d", i-1)
		}
		fmt.Fprintf(&out, "%d,2026-01-05,,2026-01-05,Task %d,,,,,,,,Website,,%s,\n", 1000+i, i, before)
	}
	return []byte(out.String())
}

// step runs one step of the organization's operations.
func (o *office) step(t testing.TB) {
	t.Helper()
	org := must(id.Parse("org", o.Organization.Organization.GetId()))(t)
	c := must(o.App.Identity.SystemCall(t.Context(), org))(t)
	if more := must(o.App.LongWork.Step(call.With(t.Context(), c)))(t); !more {
		t.Fatal("got no more steps")
	}
}

// TestCanceledImportContinues cancels an import in the middle, runs it again, and undoes it. No
// task exists twice, and dependencies do not keep tasks from being removed.
func TestCanceledImportContinues(t *testing.T) {
	t.Parallel()
	const n = 1203
	o := openOffice(t)
	w := o.read(t, manyTasks(n), nil)
	started := must(o.RunWorkImport(t.Context(), &pb.RunWorkImportRequest{WorkImportId: w.GetId()}))(t)
	_, err := o.RunWorkImport(t.Context(), &pb.RunWorkImportRequest{WorkImportId: w.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	other := o.read(t, manyTasks(2), nil)
	_, err = o.RunWorkImport(t.Context(), &pb.RunWorkImportRequest{WorkImportId: other.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_WORK_IMPORT_UNDER_WAY)
	o.step(t) // the project
	o.step(t) // the first rows
	operations := platformv1.NewOperationsServiceClient(o.Organization)
	canceled := must(operations.CancelOperation(t.Context(), &platformv1.CancelOperationRequest{
		OperationId: started.GetOperationId(),
	}))(t)
	w = o.get(t, w)
	if w.GetState() != pb.WorkImport_CANCELED || w.GetCreatedCount() == 0 || w.GetCreatedCount() == n ||
		canceled.GetDoneCount() != w.GetCreatedCount()+1 {
		t.Fatalf("canceled: got %v, %v", w, canceled)
	}
	if preview := o.preview(t, w); preview.GetDuplicateCount() != w.GetCreatedCount() ||
		preview.GetCreatedCount() != n-w.GetCreatedCount() || preview.GetCounts().GetProjectCount() != 0 {
		t.Errorf("preview: got %v", preview.GetCounts())
	}
	if w = o.run(t, w); w.GetCreatedCount() != n || w.GetState() != pb.WorkImport_DONE {
		t.Errorf("continued: got %v", w)
	}
	list := must(o.ListTasks(t.Context(), &pb.ListTasksRequest{IncludeTotal: true, Filter: "blocked = true"}))(t)
	if list.GetTotalSize() != n-1 {
		t.Errorf("got %d blocked tasks, want %d", list.GetTotalSize(), n-1)
	}
	if w = o.undo(t, w); w.GetKeptCount() != 0 || w.GetState() != pb.WorkImport_UNDONE || len(o.tasks(t)) > 0 {
		t.Errorf("undone: got %v", w)
	}
}
