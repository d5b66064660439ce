package work

import (
	"context"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
)

// MoveTask moves a task to another place, state or section.
func (s *Service) MoveTask(ctx context.Context, req *pb.MoveTaskRequest) (*pb.Task, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Task, error) {
		was, err := tasks.LockByCaller(ctx, tx, req.GetTaskId())
		if err != nil {
			return nil, err
		}
		to, err := findState(ctx, tx, req.GetTaskStateId())
		if err != nil {
			return nil, err
		}
		place := func(ctx context.Context, tx *db.Tx, was, t *pb.Task) error {
			return placeTask(ctx, tx, req, to, was, t)
		}
		if verb := verbTo(was, to); verb != "" {
			return stepTask(ctx, tx, req.GetTaskId(), verb, place)
		}
		if to == nil || to.Category == was.State {
			return tasks.ChangeByCaller(ctx, tx, req.GetTaskId(), "moved", place)
		}
		return watchSuccessors(ctx, tx, func(watch resource.Rule[*pb.Task]) (*pb.Task, error) {
			return tasks.ChangeByCaller(ctx, tx, req.GetTaskId(), "moved", watch, place)
		})
	})
}

// findState returns the state that a request names, nil if it names none.
func findState(ctx context.Context, tx *db.Tx, stateID string) (*pb.TaskState, error) {
	if stateID == "" {
		return nil, nil
	}
	if _, err := taskStates.Table().Key(stateID); err != nil {
		return nil, fault.Invalid(fault.At("taskStateId", "must be the identifier of a task state, such as \"tks_01k9…\""))
	}
	found, err := taskStates.Table().GetExisting(ctx, tx, []string{stateID})
	if err == nil && found[stateID] == nil {
		err = fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
			fault.At("taskStateId", "names a record that does not exist"))
	}
	return found[stateID], err
}

// verbTo returns the verb that leads a task to a state, "" if there is none: the state has the same
// category, or leads an open task to a category of tasks that are not started, which may be back
// from a started one.
func verbTo(t *pb.Task, to *pb.TaskState) string {
	switch {
	case to == nil || to.Category == t.State:
		return ""
	case to.Category == pb.Task_COMPLETED:
		return "complete"
	case to.Category == pb.Task_CANCELED:
		return "cancel"
	case !isOpen(t):
		return "reopen"
	case to.Category == pb.Task_STARTED:
		return "start"
	}
	return ""
}

// placeTask sets the state, the section and the rank that a request names.
func placeTask(
	ctx context.Context, tx *db.Tx, req *pb.MoveTaskRequest, to *pb.TaskState, was, t *pb.Task,
) (err error) {
	if to != nil {
		t.State, t.TaskStateId = to.Category, to.Id
		if err := enterState(ctx, tx, was, t); err != nil {
			return err
		}
	}
	if req.GetSectionId() != "" {
		t.SectionId = req.GetSectionId()
		if err := tasks.Check(ctx, tx, was, t); err != nil {
			return err
		}
		if err := checkSection(ctx, tx, was, t); err != nil {
			return err
		}
	}
	if req.GetBeforeTaskId() == "" && req.GetAfterTaskId() == "" {
		return nil
	}
	t.Rank, err = tasks.RankBetween(ctx, tx, t, resource.Beside{
		Before: req.GetBeforeTaskId(), After: req.GetAfterTaskId(), Field: "TaskId",
	}, nil)
	return err
}
