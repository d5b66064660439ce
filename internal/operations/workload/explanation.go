package workload

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/responsibility"
)

// taskPosition is the place of a task in an explanation.
type taskPosition struct {
	DueDate string    `json:"d"`
	ID      uuid.UUID `json:"i"`
}

// ExplainWorkload returns the tasks and days behind the workload of a person in a week.
func (s *Service) ExplainWorkload(
	ctx context.Context, req *pb.ExplainWorkloadRequest,
) (*pb.ExplainWorkloadResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ExplainWorkloadResponse, error) {
		if req.GetPersonId() == "" {
			return nil, fault.Invalid(fault.At("personId", "is required"))
		}
		person, err := responsibility.ReadPerson(ctx, tx, req.GetPersonId())
		if err != nil {
			return nil, err
		}
		p, err := newPlan(ctx, tx, req.GetStartDate(), 1, req.GetHolidaySets())
		if err != nil {
			return nil, err
		}
		paging, err := resource.NewPaging(s.db.Keys(), tx.Call(), req, person.String(), req.GetStartDate(),
			strings.Join(req.GetHolidaySets(), ","))
		if err != nil {
			return nil, err
		}
		after := &taskPosition{}
		if paging.After != nil {
			if err := json.Unmarshal(paging.After, after); err != nil {
				return nil, err
			}
		}
		list, keys, err := personsOf(ctx, tx, []uuid.UUID{person}, uuid.Nil, 1)
		if err != nil || len(keys) == 0 {
			return &pb.ExplainWorkloadResponse{}, err // archived, or the caller may not read the tasks
		}
		if err := p.fill(ctx, tx, list, keys); err != nil {
			return nil, err
		}
		res := &pb.ExplainWorkloadResponse{Workload: list[0]}
		last, err := p.explain(ctx, tx, person, *after, paging.Size, res)
		if last != nil {
			res.NextPageToken = paging.Next(last)
		}
		return res, err
	})
}

// explain adds the days of the week, and the tasks of a page, to a response. It returns the
// position at the end of the page, nil on the last page.
func (p *plan) explain(
	ctx context.Context, tx *db.Tx, person uuid.UUID, after taskPosition, size int, res *pb.ExplainWorkloadResponse,
) (last []byte, err error) {
	days, week := p.days.without(p.absences[person]), p.weeks[0]
	for d := week.start; !d.After(week.end); d = d.AddDays(1) {
		res.Days = append(res.Days, &pb.WorkloadDay{Date: d.String(), Type: p.dayType(d, days)})
	}
	var end *taskPosition
	more := false
	err = readTasks(ctx, tx, []uuid.UUID{person}, func(t openTask) {
		s, planned := t.spread(p.today, days)
		shown := p.describe(t)
		if planned {
			shown.PlannedSeconds = s.within(week.start, week.end)
			for i := range res.Days {
				d := week.start.AddDays(i)
				res.Days[i].PlannedSeconds += s.within(d, d)
			}
		}
		at := taskPosition{shown.DueDate, t.ID}
		switch {
		case !at.isAfter(after):
		case len(res.Tasks) == size:
			more = true
		default:
			res.Tasks, end = append(res.Tasks, shown), &at
		}
	})
	if err != nil || !more {
		return nil, err
	}
	return json.Marshal(end)
}

// isAfter reports whether a task comes after another one. Tasks without a due date come last.
func (p taskPosition) isAfter(other taskPosition) bool {
	if other.ID == uuid.Nil {
		return true
	}
	if p.DueDate != other.DueDate {
		return p.DueDate == "" || other.DueDate != "" && p.DueDate > other.DueDate
	}
	return slices.Compare(p.ID[:], other.ID[:]) > 0
}

// describe returns a task as the API shows it, without what is planned.
func (p *plan) describe(t openTask) *pb.WorkloadTask {
	text := func(d *calendar.Date) string {
		if d == nil {
			return ""
		}
		return d.String()
	}
	return &pb.WorkloadTask{
		TaskId: id.Format("tsk", t.ID), DisplayName: t.DisplayName, StartDate: text(t.StartDate), DueDate: text(t.DueDate),
		EstimateSeconds: int32(t.EstimateSeconds), TrackedSeconds: t.TrackedSeconds, RemainingSeconds: t.remaining(),
		Reason: t.reason(p.today),
	}
}

// dayType returns whether a person can work on a day.
func (p *plan) dayType(d calendar.Date, days workdays) pb.WorkloadDay_Type {
	switch {
	case d.Before(p.today):
		return pb.WorkloadDay_PAST
	case isWeekend(d):
		return pb.WorkloadDay_WEEKEND
	case !p.business.IsBusinessDay(d):
		return pb.WorkloadDay_HOLIDAY
	case !days.isWorkday(d):
		return pb.WorkloadDay_ABSENT
	}
	return pb.WorkloadDay_WORKING
}
