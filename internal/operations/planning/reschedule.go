package planning

import (
	"context"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
)

// RescheduleProject moves the start date of a project, and what is not started with it.
func (s *Service) RescheduleProject(
	ctx context.Context, req *pb.RescheduleProjectRequest,
) (*pb.RescheduleProjectResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.RescheduleProjectResponse, error) {
		p, err := projects.LockByCaller(ctx, tx, req.GetProjectId())
		if err != nil {
			return nil, err
		}
		shift, err := newShift(ctx, tx, p, req)
		if err != nil {
			return nil, err
		}
		out := &pb.RescheduleProjectResponse{}
		if out.Project, err = projects.Reschedule(ctx, tx, p, req.GetStartDate(), shift); err != nil {
			return nil, err
		}
		if out.Project.StartDate != p.StartDate || out.Project.DueDate != p.DueDate {
			out.Moves = append(out.Moves, &pb.RescheduleProjectResponse_Move{RecordId: p.Id, DisplayName: p.DisplayName,
				OldStartDate: p.StartDate, StartDate: out.Project.StartDate, OldDueDate: p.DueDate,
				DueDate: out.Project.DueDate})
		}
		if err := moveParts(ctx, tx, out, shift); err != nil {
			return nil, err
		}
		return out, hideMoves(ctx, tx, out)
	})
}

// moveParts moves the open milestones and the tasks of a project that are not started. It refuses
// callers who may not write them.
func moveParts(ctx context.Context, tx *db.Tx, out *pb.RescheduleProjectResponse, shift projects.Shift) error {
	wasMilestones, milestones, err := projects.MoveMilestones(ctx, tx, out.Project.Id, shift)
	if err != nil {
		return err
	}
	for i, m := range milestones {
		out.Moves = append(out.Moves, &pb.RescheduleProjectResponse_Move{RecordId: m.Id, DisplayName: m.DisplayName,
			OldDueDate: wasMilestones[i].DueDate, DueDate: m.DueDate})
	}
	wasTasks, tasks, err := work.MoveUnstarted(ctx, tx, out.Project.Id, shift)
	if err != nil {
		return err
	}
	for i, t := range tasks {
		out.Moves = append(out.Moves, &pb.RescheduleProjectResponse_Move{RecordId: t.Id, DisplayName: t.DisplayName,
			OldStartDate: wasTasks[i].StartDate, StartDate: t.StartDate,
			OldDueDate: wasTasks[i].DueDate, DueDate: t.DueDate})
	}
	switch c := tx.Call(); {
	case len(milestones) > 0 && !c.Allows(writeMilestones):
		return fault.PermissionMissing(writeMilestones)
	case len(tasks) > 0 && !c.Allows(writeTasks):
		return fault.PermissionMissing(writeTasks)
	}
	return nil
}

// hideMoves removes the moves of records that the caller may not read, and counts them.
func hideMoves(ctx context.Context, tx *db.Tx, out *pb.RescheduleProjectResponse) error {
	ids := make([]string, len(out.Moves))
	for i, m := range out.Moves {
		ids[i] = m.RecordId
	}
	subjects, err := resource.LoadSubjects(ctx, tx, ids)
	if err != nil {
		return err
	}
	readable := out.Moves[:0]
	for i, m := range out.Moves {
		if subjects[i].Readable {
			readable = append(readable, m)
		}
	}
	out.HiddenCount = int32(len(ids) - len(readable))
	out.Moves = readable
	return nil
}

// newShift returns how dates move when a project starts on another day.
func newShift(
	ctx context.Context, tx *db.Tx, p *pb.Project, req *pb.RescheduleProjectRequest,
) (projects.Shift, error) {
	var violations fault.List
	from, err := calendar.ParseDate(p.StartDate)
	if err != nil {
		violations.Append(fault.At("startDate",
			"cannot move the project, because it has none; update the project instead"))
	}
	to, err := calendar.ParseBusinessDate(req.GetStartDate())
	if err != nil {
		violations.Append(fault.At("startDate", "%s", err))
	}
	if len(req.GetHolidaySets()) > 0 && !req.GetBusinessDays() {
		violations.Append(fault.At("holidaySets", "must be empty unless businessDays is true"))
	}
	if err := violations.Err(); err != nil {
		return nil, err
	}
	days, err := newDayCounter(ctx, tx, req.GetBusinessDays(), req.GetHolidaySets())
	return func(date string) string {
		d, err := calendar.ParseDate(date)
		if err != nil || from == to {
			return date
		}
		return days.shift(d, from, to).String()
	}, err
}
