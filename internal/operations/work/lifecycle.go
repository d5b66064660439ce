package work

import (
	"context"
	"slices"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
)

var openStates = []pb.Task_State{pb.Task_BACKLOG, pb.Task_UNSTARTED, pb.Task_STARTED}

var taskLifecycle = state.New(func(r *pb.Task) *pb.Task_State { return &r.State }, []state.Step[pb.Task_State]{
	{Verb: "start", Event: "started", From: []pb.Task_State{pb.Task_BACKLOG, pb.Task_UNSTARTED}, To: pb.Task_STARTED},
	{Verb: "complete", Event: "completed", From: openStates, To: pb.Task_COMPLETED},
	{Verb: "cancel", Event: "canceled", From: openStates, To: pb.Task_CANCELED},
	{Verb: "reopen", Event: "reopened", From: []pb.Task_State{pb.Task_COMPLETED, pb.Task_CANCELED}, To: pb.Task_UNSTARTED},
})

// StartTask marks a task as started.
func (s *Service) StartTask(ctx context.Context, req *pb.StartTaskRequest) (*pb.Task, error) {
	return s.step(ctx, req.GetTaskId(), "start")
}

// CompleteTask marks a task as completed.
func (s *Service) CompleteTask(ctx context.Context, req *pb.CompleteTaskRequest) (*pb.Task, error) {
	return s.step(ctx, req.GetTaskId(), "complete")
}

// CancelTask cancels a task.
func (s *Service) CancelTask(ctx context.Context, req *pb.CancelTaskRequest) (*pb.Task, error) {
	return s.step(ctx, req.GetTaskId(), "cancel")
}

// ReopenTask reopens a completed or canceled task.
func (s *Service) ReopenTask(ctx context.Context, req *pb.ReopenTaskRequest) (*pb.Task, error) {
	return s.step(ctx, req.GetTaskId(), "reopen")
}

// step executes a verb of a task.
func (s *Service) step(ctx context.Context, taskID, verb string) (*pb.Task, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Task, error) {
		return stepTask(ctx, tx, taskID, verb)
	})
}

// stepTask executes a verb of a task and then the rules. It records which other tasks are blocked
// or unblocked by it.
func stepTask(
	ctx context.Context, tx *db.Tx, taskID, verb string, rules ...resource.Rule[*pb.Task],
) (*pb.Task, error) {
	return watchSuccessors(ctx, tx, func(watch resource.Rule[*pb.Task]) (*pb.Task, error) {
		rules = append([]resource.Rule[*pb.Task]{watch}, append(rules, enterState)...)
		return tasks.StepByCaller(ctx, tx, taskID, verb, rules...)
	})
}

// watchSuccessors changes the state of a task, and records which other tasks are blocked or
// unblocked by it. The change runs the rule that it gets once the task is locked.
func watchSuccessors(
	ctx context.Context, tx *db.Tx, change func(watch resource.Rule[*pb.Task]) (*pb.Task, error),
) (*pb.Task, error) {
	var followers successors
	t, err := change(func(ctx context.Context, tx *db.Tx, was, _ *pb.Task) (err error) {
		followers, err = lockSuccessors(ctx, tx, was)
		return err
	})
	if err != nil {
		return nil, err
	}
	return t, followers.recordChanges(ctx, tx)
}

// enterState sets what follows from the state of a task: its state of the workflow and its times.
func enterState(ctx context.Context, tx *db.Tx, was, t *pb.Task) (err error) {
	if t.State == was.State {
		return nil
	}
	now := timestamppb.New(tx.Call().Now())
	begun := t.State == pb.Task_STARTED || t.State == pb.Task_COMPLETED
	if begun && t.BeginTime == nil {
		t.BeginTime = now
	}
	t.CompleteTime = nil
	if t.State == pb.Task_COMPLETED {
		t.CompleteTime = now
	}
	if t.TaskStateId == was.TaskStateId {
		t.TaskStateId, err = firstState(ctx, tx, t.State)
	}
	return err
}

// setUnstarted sets the state of a new task.
func setUnstarted(ctx context.Context, tx *db.Tx, was, t *pb.Task) error {
	t.State = pb.Task_UNSTARTED
	return enterState(ctx, tx, was, t)
}

// placeLast places a new task after all others.
func placeLast(ctx context.Context, tx *db.Tx, _, t *pb.Task) (err error) {
	t.Rank, err = tasks.LastRank(ctx, tx, nil)
	return err
}

// isOpen reports whether a task is neither completed nor canceled.
func isOpen(t *pb.Task) bool { return slices.Contains(openStates, t.State) }
