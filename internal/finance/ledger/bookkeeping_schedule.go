package ledger

import (
	"context"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/businessday"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/recurrence"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var bookkeepingSchedules = resource.New(table.New("finance.bookkeeping_schedules",
	table.Text("display_name", func(s *pb.BookkeepingSchedule) *string { return &s.DisplayName }).Filter(),
	table.Ref("owner_id", "prs", func(s *pb.BookkeepingSchedule) *string { return &s.OwnerId }).Filter().Usable(),
	table.Message("recurrence", func(s *pb.BookkeepingSchedule) **typepb.Recurrence { return &s.Recurrence }),
	table.Date(
		"next_date", func(s *pb.BookkeepingSchedule) *string { return &s.NextDate },
	).Filter().Sort("bookkeeping_schedules_by_next_date"),
	table.Date("completed_date", func(s *pb.BookkeepingSchedule) *string { return &s.CompletedDate }).Filter(),
)).GuardAll(guardCompletion, "complete").DeclareEvents("completed").LoadComputed(setMissedCounts).Owner("owner_id")

func setMissedCounts(ctx context.Context, tx *db.Tx, list []*pb.BookkeepingSchedule) error {
	setting, err := businessday.Setting(ctx, tx)
	for _, b := range list {
		b.MissedCount = countMissedDays(setting, b, tx.Call().Today())
	}
	return err
}

// CreateBookkeepingSchedule creates a schedule.
func (s *Service) CreateBookkeepingSchedule(
	ctx context.Context, req *pb.CreateBookkeepingScheduleRequest,
) (*pb.BookkeepingSchedule, error) {
	return bookkeepingSchedules.Create(ctx, s.db, req.GetBookkeepingSchedule(), setNextDate)
}

// GetBookkeepingSchedule returns a schedule.
func (s *Service) GetBookkeepingSchedule(
	ctx context.Context, req *pb.GetBookkeepingScheduleRequest,
) (*pb.BookkeepingSchedule, error) {
	return bookkeepingSchedules.Get(ctx, s.db, req.GetBookkeepingScheduleId())
}

// BatchGetBookkeepingSchedules returns several schedules.
func (s *Service) BatchGetBookkeepingSchedules(
	ctx context.Context, req *pb.BatchGetBookkeepingSchedulesRequest,
) (*pb.BatchGetBookkeepingSchedulesResponse, error) {
	list, err := bookkeepingSchedules.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetBookkeepingSchedulesResponse{BookkeepingSchedules: list}, err
}

// ListBookkeepingSchedules returns a page of schedules.
func (s *Service) ListBookkeepingSchedules(
	ctx context.Context, req *pb.ListBookkeepingSchedulesRequest,
) (*pb.ListBookkeepingSchedulesResponse, error) {
	page, err := bookkeepingSchedules.List(ctx, s.db, req)
	return &pb.ListBookkeepingSchedulesResponse{
		BookkeepingSchedules: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// UpdateBookkeepingSchedule updates a schedule.
func (s *Service) UpdateBookkeepingSchedule(
	ctx context.Context, req *pb.UpdateBookkeepingScheduleRequest,
) (*pb.BookkeepingSchedule, error) {
	return bookkeepingSchedules.Update(
		ctx, s.db, req.GetBookkeepingScheduleId(), req.GetBookkeepingSchedule(), req.GetUpdateMask(), setNextDate,
	)
}

// ArchiveBookkeepingSchedule archives a schedule. Days that pass while it is archived do not count
// as missed.
func (s *Service) ArchiveBookkeepingSchedule(
	ctx context.Context, req *pb.ArchiveBookkeepingScheduleRequest,
) (*pb.BookkeepingSchedule, error) {
	return bookkeepingSchedules.Archive(ctx, s.db, req.GetBookkeepingScheduleId())
}

// UnarchiveBookkeepingSchedule unarchives a schedule.
func (s *Service) UnarchiveBookkeepingSchedule(
	ctx context.Context, req *pb.UnarchiveBookkeepingScheduleRequest,
) (*pb.BookkeepingSchedule, error) {
	return bookkeepingSchedules.Unarchive(ctx, s.db, req.GetBookkeepingScheduleId(), skipArchivedDays)
}

// DeleteBookkeepingSchedule deletes a schedule.
func (s *Service) DeleteBookkeepingSchedule(
	ctx context.Context, req *pb.DeleteBookkeepingScheduleRequest,
) (*emptypb.Empty, error) {
	return bookkeepingSchedules.Delete(ctx, s.db, req.GetBookkeepingScheduleId())
}

// CompleteBookkeepingSchedule records that the books are up to date as of today.
func (s *Service) CompleteBookkeepingSchedule(
	ctx context.Context, req *pb.CompleteBookkeepingScheduleRequest,
) (*pb.BookkeepingSchedule, error) {
	return bookkeepingSchedules.Change(ctx, s.db, req.GetBookkeepingScheduleId(), "completed", completeSchedule)
}

// completeSchedule sets the completed date to today and the next date to a later scheduled day.
func completeSchedule(ctx context.Context, tx *db.Tx, _, b *pb.BookkeepingSchedule) error {
	setting, err := businessday.Setting(ctx, tx)
	if err != nil {
		return err
	}
	today := tx.Call().Today()
	if err := checkCompletable(setting, b, today); err != nil {
		return err
	}
	next, _, err := dateAfterCompletion(setting, b, today)
	if err != nil {
		return err
	}
	b.CompletedDate, b.NextDate = today.String(), next.String()
	return nil
}

// dateAfterCompletion returns the next date of a schedule that is completed today, or false if it
// has no later date. An early completion counts for the next scheduled day, a late one for all
// missed days.
func dateAfterCompletion(
	setting recurrence.Setting, b *pb.BookkeepingSchedule, today calendar.Date,
) (calendar.Date, bool, error) {
	due, err := calendar.ParseDate(b.NextDate)
	if err != nil {
		return calendar.Date{}, false, err
	}
	days, err := scheduledDays(setting, b)
	if err != nil {
		return calendar.Date{}, false, err
	}
	if due.Before(today) {
		due = today
	}
	next, ok := days.Next(due)
	return next, ok, nil
}

// guardCompletion refuses to complete the schedules that checkCompletable refuses.
func guardCompletion(ctx context.Context, tx *db.Tx, list []*pb.BookkeepingSchedule) ([]error, error) {
	setting, err := businessday.Setting(ctx, tx)
	refusals := make([]error, len(list))
	for i, b := range list {
		refusals[i] = checkCompletable(setting, b, tx.Call().Today())
	}
	return refusals, err
}

// checkCompletable refuses to complete a schedule that is archived, was already completed today or
// has no later date.
func checkCompletable(setting recurrence.Setting, b *pb.BookkeepingSchedule, today calendar.Date) error {
	switch {
	case b.ArchiveTime != nil:
		return fault.Refuse(
			optionsv1.Reason_STATE_REFUSES_ACTION, "The schedule is archived; unarchive it first.",
		).WithSubject(b.Id)
	case b.CompletedDate == today.String():
		return fault.Refuse(
			optionsv1.Reason_STATE_REFUSES_ACTION, "The schedule was already completed today.",
		).WithSubject(b.Id)
	}
	_, ok, err := dateAfterCompletion(setting, b, today)
	if err == nil && !ok {
		return fault.Refuse(
			optionsv1.Reason_STATE_REFUSES_ACTION, "The schedule has no later date; change its recurrence first.",
		).WithSubject(b.Id)
	}
	return err
}

// setNextDate sets the next date of a schedule that is new or whose recurrence changed.
func setNextDate(ctx context.Context, tx *db.Tx, was, b *pb.BookkeepingSchedule) error {
	recurrence.SetDefaults(b.Recurrence)
	if proto.Equal(was.Recurrence, b.Recurrence) {
		return nil
	}
	if err := checkScheduledDays(b.Recurrence); err != nil {
		return err
	}
	return moveNextDate(ctx, tx, b, tx.Call().Today())
}

// checkScheduledDays refuses a recurrence with a time of day or an end.
func checkScheduledDays(r *typepb.Recurrence) error {
	var violations fault.List
	for _, part := range []struct {
		path  string
		given bool
	}{
		{"timeOfDay", r.TimeOfDay != ""}, {"timeZone", r.TimeZone != ""},
		{"untilDate", r.UntilDate != ""}, {"count", r.Count != 0},
	} {
		if part.given {
			violations.Append(fault.At("recurrence."+part.path, "must be empty"))
		}
	}
	return violations.Err()
}

// skipArchivedDays moves the next date of a schedule that is being unarchived to today or later, so
// that days that passed while it was archived do not count as missed.
func skipArchivedDays(ctx context.Context, tx *db.Tx, was, b *pb.BookkeepingSchedule) error {
	if today := tx.Call().Today(); was.ArchiveTime != nil && b.NextDate < today.String() {
		return moveNextDate(ctx, tx, b, today)
	}
	return nil
}

// moveNextDate sets the next date of a schedule to its first scheduled day on or after earliest.
func moveNextDate(ctx context.Context, tx *db.Tx, b *pb.BookkeepingSchedule, earliest calendar.Date) error {
	setting, err := businessday.Setting(ctx, tx)
	if err != nil {
		return err
	}
	days, err := scheduledDays(setting, b)
	if err != nil {
		return err
	}
	next, ok := days.OnOrAfter(earliest)
	if !ok {
		return fault.Invalid(fault.At("recurrence", "must have a day on or after %s", earliest))
	}
	b.NextDate = next.String()
	return nil
}

// scheduledDays returns the days of a schedule with the organization's holidays.
func scheduledDays(setting recurrence.Setting, b *pb.BookkeepingSchedule) (*recurrence.Series, error) {
	days, err := recurrence.New(b.Recurrence, setting)
	if err == nil {
		return days, nil
	}
	var violations fault.List
	if err := violations.Merge("recurrence", err); err != nil {
		return nil, err
	}
	return nil, violations.Err()
}

// countMissedDays returns the number of scheduled days from the next date up to, but not including,
// today. It is zero for an archived schedule.
func countMissedDays(setting recurrence.Setting, b *pb.BookkeepingSchedule, today calendar.Date) int32 {
	next, err := calendar.ParseDate(b.NextDate)
	if err != nil || b.ArchiveTime != nil {
		return 0
	}
	days, err := scheduledDays(setting, b)
	if err != nil {
		return 0
	}
	return int32(days.Count(next, today.AddDays(-1)))
}
