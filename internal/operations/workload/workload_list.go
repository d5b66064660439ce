package workload

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// ListWorkload lists how much persons have to do in each week.
func (s *Service) ListWorkload(ctx context.Context, req *pb.ListWorkloadRequest) (*pb.ListWorkloadResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ListWorkloadResponse, error) {
		paging, err := resource.NewPaging(s.db.Keys(), tx.Call(), req, strings.Join(req.GetPersonIds(), ","),
			req.GetStartDate(), fmt.Sprint(req.GetWeeks()), strings.Join(req.GetHolidaySets(), ","))
		if err != nil {
			return nil, err
		}
		named, err := parsePersons(req.GetPersonIds())
		if err != nil {
			return nil, err
		}
		p, err := newPlan(ctx, tx, req.GetStartDate(), cmp.Or(int(req.GetWeeks()), defaultWeeks), req.GetHolidaySets())
		if err != nil {
			return nil, err
		}
		after, err := uuid.FromBytes(append(paging.After, make([]byte, len(uuid.Nil)-len(paging.After))...))
		if err != nil {
			return nil, err
		}
		list, keys, err := personsOf(ctx, tx, named, after, paging.Size)
		if err != nil {
			return nil, err
		}
		res := &pb.ListWorkloadResponse{Workloads: list}
		if len(keys) == paging.Size {
			res.NextPageToken = paging.Next(keys[len(keys)-1][:])
		}
		return res, p.fill(ctx, tx, list, keys)
	})
}

// parsePersons returns the keys of persons that a request names, nil if it names none.
func parsePersons(persons []string) (keys []uuid.UUID, err error) {
	var violations fault.List
	for i, person := range persons {
		key, err := id.Parse("prs", person)
		if err != nil {
			violations.Append(fault.At(fmt.Sprintf("personIds[%d]", i), "%s", err))
		}
		keys = append(keys, key)
	}
	return keys, violations.Err()
}

// fill completes the workloads of persons. keys are the persons in the same order.
func (p *plan) fill(ctx context.Context, tx *db.Tx, list []*pb.Workload, keys []uuid.UUID) error {
	if len(keys) == 0 {
		return nil
	}
	if err := p.readAbsences(ctx, tx, keys); err != nil {
		return err
	}
	byPerson, days := map[uuid.UUID]*pb.Workload{}, workdays{}
	for i, w := range list {
		byPerson[keys[i]] = w
		p.addWeeks(w, p.days.without(p.absences[keys[i]]))
	}
	var owner uuid.UUID
	err := readTasks(ctx, tx, keys, func(t openTask) {
		if t.OwnerID != owner { // tasks are sorted by owner
			owner, days = t.OwnerID, p.days.without(p.absences[t.OwnerID])
		}
		p.add(byPerson[t.OwnerID], t, days)
	})
	for _, w := range list {
		for _, week := range w.Weeks {
			week.FreeSeconds = week.AvailableSeconds - week.PlannedSeconds
		}
	}
	return err
}

// addWeeks adds the weeks of a person with the time that the person can work.
func (p *plan) addWeeks(w *pb.Workload, days workdays) {
	w.WeeklyTargetSeconds = timekeeping.WeeklyTarget(p.settings, w.PersonId)
	for _, week := range p.weeks {
		count := days.count(calendar.Later(week.start, p.today), week.end)
		w.Weeks = append(w.Weeks, &pb.Workload_Week{
			StartDate: week.start.String(), EndDate: week.end.String(),
			AvailableSeconds: int64(w.WeeklyTargetSeconds) * count / workdaysOfWeek,
		})
	}
}

// add adds a task to the owner's workload.
func (p *plan) add(w *pb.Workload, t openTask, days workdays) {
	switch t.reason(p.today) {
	case pb.WorkloadTask_UNESTIMATED:
		w.UnestimatedCount++
	case pb.WorkloadTask_UNDATED:
		w.UndatedCount++
		w.UndatedSeconds += t.remaining()
	case pb.WorkloadTask_OVERDUE:
		w.OverdueSeconds += t.remaining()
	}
	s, ok := t.spread(p.today, days)
	if !ok {
		return
	}
	for i, week := range p.weeks {
		w.Weeks[i].PlannedSeconds += s.within(week.start, week.end)
	}
}
