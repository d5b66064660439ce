package work_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// chain stores n copies of a task, each of which follows the one before, and returns them. The
// first one follows the task.
func chain(t *testing.T, task *pb.Task, n int) []*pb.Task {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	keys := make([][16]byte, n+1)
	if keys[0], err = id.Parse("tsk", task.GetId()); err != nil {
		t.Fatal(err)
	}
	made := make([]*pb.Task, n)
	for i := range made {
		key := id.New()
		keys[i+1], made[i] = key, &pb.Task{Id: id.Format("tsk", key)}
	}
	if _, err := conn.Exec(t.Context(), `
with stored as (
  insert into operations.tasks
  select (jsonb_populate_record(t, jsonb_build_object('id', k.id))).*
  from operations.tasks t
  cross join unnest($2::uuid[]) as k (id)
  where t.id = $1
  returning org_id
)
select count(*)
from stored`, keys[0], keys[1:]); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), `
insert into operations.task_dependencies (org_id, task_id, line_number, predecessor_id, type, lag_days)
select t.org_id, k.id, 1, k.before, 'FINISH_TO_START', 0
from unnest($2::uuid[], $3::uuid[]) as k (id, before)
cross join operations.tasks t
where t.id = $1`, keys[0], keys[1:], keys[:n]); err != nil {
		t.Fatal(err)
	}
	return made
}

// TestRescheduleMovesUpTo5000Tasks moves a task that 5,000 others follow, and one that 5,001
// follow.
func TestRescheduleMovesUpTo5000Tasks(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	second := newTask(t, work, &pb.Task{StartDate: "2026-03-02", DueDate: "2026-03-02"})
	last := chain(t, second, 5000)[4999]
	first := newTask(t, work, &pb.Task{StartDate: "2026-03-02", DueDate: "2026-03-02"})
	if err := follow(t, work, second, first); err != nil {
		t.Fatal(err)
	}
	_, err := work.RescheduleTask(t.Context(), &pb.RescheduleTaskRequest{TaskId: first.GetId(), DueDate: "2026-03-03"})
	wantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "taskId")
	moved, err := work.RescheduleTask(t.Context(), &pb.RescheduleTaskRequest{
		TaskId: second.GetId(), DueDate: "2026-03-03"})
	if err != nil || len(moved.GetMoves()) != 5001 {
		t.Fatalf("got %d moves, %v, want 5001", len(moved.GetMoves()), err)
	}
	if got := getTask(t, work, last).GetDueDate(); got != "2039-11-10" {
		t.Errorf("the last task is due on %s, want 5,000 days after 2026-03-03", got)
	}
}

// TestCycleCheckReadsUpTo5000Tasks adds dependencies on long chains of tasks, to a task that no
// other follows and to one that another follows.
func TestCycleCheckReadsUpTo5000Tasks(t *testing.T) {
	t.Parallel()
	_, work := signUp(t)
	first := newTask(t, work, &pb.Task{})
	after5000 := chain(t, first, 5000)
	task := newTask(t, work, &pb.Task{Dependencies: after(after5000[4999])})
	if err := follow(t, work, task, after5000[4998], after5000[4999]); err != nil {
		t.Fatalf("a task that no other follows: %v", err)
	}
	followed := newTask(t, work, &pb.Task{})
	newTask(t, work, &pb.Task{Dependencies: after(followed)})
	if err := follow(t, work, followed, after5000[4998]); err != nil {
		t.Fatalf("5,000 tasks before: %v", err)
	}
	wantRefused(t, follow(t, work, followed, after5000[4999]), optionsv1.Reason_FIELDS_INVALID, "dependencies")
	wantRefused(t, follow(t, work, first, after5000[1]), optionsv1.Reason_TASK_DEPENDENCY_CYCLE,
		"dependencies[0].predecessorId")
	if err := follow(t, work, first, newTask(t, work, &pb.Task{}), newTask(t, work, &pb.Task{})); err != nil {
		t.Errorf("predecessors that follow nothing: %v", err)
	}
}
