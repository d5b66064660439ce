package work

import (
	"context"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/work/cascade"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

type taskMove = pb.RescheduleTaskResponse_Move

// RescheduleTask moves the dates of a task and of those that follow it.
func (s *Service) RescheduleTask(
	ctx context.Context, req *pb.RescheduleTaskRequest,
) (*pb.RescheduleTaskResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.RescheduleTaskResponse, error) {
		var before *pb.Task
		set := func(ctx context.Context, tx *db.Tx, was, t *pb.Task) error {
			before = was
			if err := setDates(req, t); err != nil {
				return err
			}
			if err := tasks.Check(ctx, tx, was, t); err != nil {
				return err
			}
			return checkDates(ctx, tx, was, t)
		}
		t, err := tasks.ChangeByCaller(ctx, tx, req.GetTaskId(), "rescheduled", set)
		if err != nil {
			return nil, err
		}
		was, now, err := moveSuccessors(ctx, tx, t)
		if err != nil {
			return nil, err
		}
		moves, err := movesOf(ctx, tx, append([]*pb.Task{before}, was...), append([]*pb.Task{t}, now...))
		return &pb.RescheduleTaskResponse{Moves: moves}, err
	})
}

// setDates sets the dates that a request names. If it names only one, the other moves as far.
func setDates(req *pb.RescheduleTaskRequest, t *pb.Task) error {
	switch start, due := req.GetStartDate(), req.GetDueDate(); {
	case start == "" && due == "":
		return fault.Invalid(fault.At("startDate", "is required, or dueDate"))
	case start == "":
		t.StartDate, t.DueDate = movedAlong(t.StartDate, t.DueDate, due), due
	case due == "":
		t.StartDate, t.DueDate = start, movedAlong(t.DueDate, t.StartDate, start)
	default:
		t.StartDate, t.DueDate = start, due
	}
	return nil
}

// movedAlong returns a date moved by as many days as another one moves. It returns the date as it
// is if one of them is not a date.
func movedAlong(date, from, to string) string {
	d, err := calendar.ParseDate(date)
	if err != nil {
		return date
	}
	was, err := calendar.ParseDate(from)
	if err != nil {
		return date
	}
	now, err := calendar.ParseDate(to)
	if err != nil {
		return date
	}
	return d.AddDays(was.DaysUntil(now)).String()
}

// dependencyRow is a stored dependency.
type dependencyRow struct {
	Predecessor, Successor uuid.UUID
	Type                   string
	Lag                    int32
}

// dependenciesAfter returns the dependencies of the tasks that follow a task, directly or not. It
// refuses the task if more than maxNetwork follow it.
func dependenciesAfter(ctx context.Context, tx *db.Tx, t *pb.Task) ([]dependencyRow, error) {
	key, err := tasks.Table().Key(t.Id)
	if err != nil {
		return nil, err
	}
	reached, err := db.CollectColumn[uuid.UUID](ctx, tx, `
with recursive following as (
  select $2::uuid as id
  union
  select d.task_id
  from following f
  join operations.task_dependencies d on d.org_id = $1 and d.predecessor_id = f.id
)
select f.id
from following f
limit $3`, tx.Call().Organization.ID, key, maxNetwork+2)
	if err != nil {
		return nil, err
	}
	if len(reached) > maxNetwork+1 {
		return nil, fault.Invalid(fault.At("taskId",
			"is followed by more than %d tasks, directly or not; at most that many move together", maxNetwork))
	}
	return db.Collect[dependencyRow](ctx, tx, `
select d.predecessor_id as predecessor, d.task_id as successor, d.type, d.lag_days as lag
from operations.task_dependencies d
where d.org_id = $1
and d.predecessor_id = any($2)`, tx.Call().Organization.ID, reached)
}

// moveSuccessors moves the tasks that follow a task, directly or not, as far as needed. It returns
// them as they were and as they are now, each after those that it follows.
func moveSuccessors(ctx context.Context, tx *db.Tx, t *pb.Task) (was, now []*pb.Task, err error) {
	rows, err := dependenciesAfter(ctx, tx, t)
	if err != nil || len(rows) == 0 {
		return nil, nil, err
	}
	dependencies, ids := make([]cascade.Dependency, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		dependencies[i] = cascade.Dependency{
			Predecessor: id.Format("tsk", r.Predecessor), Successor: id.Format("tsk", r.Successor),
			Type: pb.Task_Dependency_Type(pb.Task_Dependency_Type_value[r.Type]), Lag: int(r.Lag),
		}
		ids[i] = dependencies[i].Successor
	}
	locked, err := tasks.Table().LockMany(ctx, tx, ids)
	if err != nil {
		return nil, nil, err
	}
	was, now = shift(append(locked, t), dependencies, t.Id)
	for i := range now {
		if err := tasks.Check(ctx, tx, was[i], now[i]); err != nil {
			return nil, nil, err
		}
	}
	return was, now, tasks.StoreChanges(ctx, tx, "rescheduled", was, now)
}

// shift returns the tasks that move because one moved, as they are and with their new dates.
func shift(all []*pb.Task, dependencies []cascade.Dependency, moved string) (was, now []*pb.Task) {
	byID := map[string]*pb.Task{}
	planned := make([]cascade.Task, len(all))
	for i, t := range all {
		byID[t.Id] = t
		planned[i] = cascade.Task{ID: t.Id, Fixed: t.Id != moved && !isOpen(t)}
		planned[i].Start, planned[i].HasStart = dayOf(t.StartDate)
		planned[i].Due, planned[i].HasDue = dayOf(t.DueDate)
	}
	for _, m := range cascade.Move(planned, dependencies, moved) {
		t := byID[m.ID]
		later := proto.CloneOf(t)
		if m.HasStart {
			later.StartDate = epoch.AddDays(m.Start).String()
		}
		if m.HasDue {
			later.DueDate = epoch.AddDays(m.Due).String()
		}
		was, now = append(was, t), append(now, later)
	}
	return was, now
}

// epoch is the day from which days are counted.
var epoch = func() calendar.Date {
	d, err := calendar.NewDate(2000, time.January, 1)
	if err != nil {
		panic(err)
	}
	return d
}()

// dayOf returns the day of a date, false if there is none.
func dayOf(date string) (int, bool) {
	d, err := calendar.ParseDate(date)
	return epoch.DaysUntil(d), err == nil
}

// movesOf returns the moves of tasks. The name of a task that the caller may not read is empty.
func movesOf(ctx context.Context, tx *db.Tx, was, now []*pb.Task) ([]*taskMove, error) {
	ids := make([]string, len(now))
	for i, t := range now {
		ids[i] = t.Id
	}
	subjects, err := tasks.Load(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var moves []*taskMove
	for i, t := range now {
		m := &taskMove{
			TaskId: t.Id, OldStartDate: was[i].StartDate, StartDate: t.StartDate, OldDueDate: was[i].DueDate, DueDate: t.DueDate,
		}
		if subjects[i].Readable {
			m.DisplayName = t.DisplayName
		}
		moves = append(moves, m)
	}
	return moves, nil
}
