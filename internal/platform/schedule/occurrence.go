package schedule

import (
	"context"
	"iter"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/businessday"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/recurrence"
)

const (
	// lateness is how late a firing with SKIP may happen.
	lateness = 15 * time.Minute
	// upcomingCount is the number of upcoming times in a response.
	upcomingCount = 5
)

// seriesOf returns the series of a recurrence with the organization's time zone and holidays.
func seriesOf(ctx context.Context, tx *db.Tx, r *typepb.Recurrence) (*recurrence.Series, error) {
	setting := recurrence.Setting{Zone: tx.Call().Organization.Zone}
	if r.GetShift() != typepb.Recurrence_SHIFT_UNSPECIFIED {
		var err error
		if setting, err = businessday.Setting(ctx, tx); err != nil {
			return nil, err
		}
	}
	return recurrence.New(r, setting)
}

// moveTo moves a schedule to an occurrence. The failures of the one before no longer count.
func moveTo(s *pb.Schedule, o recurrence.Occurrence) {
	s.RuleDate, s.NextFireTime = o.RuleDay.String(), timestamppb.New(o.Time)
	clearFailures(s)
}

// end ends a schedule.
func end(s *pb.Schedule) {
	s.State, s.RuleDate, s.NextFireTime = pb.Schedule_ENDED, "", nil
	clearFailures(s)
}

func clearFailures(s *pb.Schedule) { s.RetryTime, s.FailureCount, s.LastError = nil, 0, nil }

// remaining returns the occurrences of a schedule from its rule day on whose time is after the last
// firing. A new holiday may move the rule day to a business day that has fired.
func remaining(series *recurrence.Series, s *pb.Schedule, day calendar.Date) iter.Seq[recurrence.Occurrence] {
	return func(yield func(recurrence.Occurrence) bool) {
		for o := range series.Occurrences(day) {
			if s.LastFireTime != nil && !o.Time.After(s.LastFireTime.AsTime()) {
				continue
			}
			if !yield(o) {
				return
			}
		}
	}
}

// decision is the result of the catch-up policy.
type decision struct {
	// fires is the occurrence that fires. It is skipped if skip is true.
	fires recurrence.Occurrence
	skip  bool
	// next is the occurrence after it, if more is true.
	next recurrence.Occurrence
	more bool
}

// decide applies the catch-up policy of a schedule to its remaining occurrences. Their times are
// computed anew from the days, because the rules of the time zone or the holidays may have changed
// since the schedule was moved. found is false if no occurrence remains.
func decide(
	occurrences iter.Seq[recurrence.Occurrence], policy pb.Schedule_CatchUp, now time.Time,
) (d decision, found bool) {
	for o := range occurrences {
		if found && (o.Time.After(now) || policy == pb.Schedule_RUN_ALL) {
			d.next, d.more = o, true
			break
		}
		d.fires, found = o, true
	}
	d.skip = policy == pb.Schedule_SKIP && now.Sub(d.fires.Time) > lateness
	return d, found
}

func hasShift(s *pb.Schedule) bool {
	return s.GetRecurrence().GetShift() != typepb.Recurrence_SHIFT_UNSPECIFIED
}

// upcomingOccurrences returns up to limit next occurrences of each schedule, none unless it is
// active. They are computed anew from the days, because the holidays may have changed since the
// schedule was moved.
func upcomingOccurrences(
	ctx context.Context, tx *db.Tx, records []*pb.Schedule, limit int,
) ([][]recurrence.Occurrence, error) {
	setting := recurrence.Setting{Zone: tx.Call().Organization.Zone}
	if slices.ContainsFunc(records, hasShift) {
		var err error
		if setting, err = businessday.Setting(ctx, tx); err != nil {
			return nil, err
		}
	}
	upcoming := make([][]recurrence.Occurrence, len(records))
	for i, s := range records {
		day, err := dayOf(s)
		if s.State != pb.Schedule_ACTIVE || err != nil {
			continue
		}
		series, err := recurrence.New(s.Recurrence, setting)
		if err != nil {
			continue // a holiday was added that leaves no business day; the next firing reports it
		}
		for o := range remaining(series, s, day) {
			if upcoming[i] = append(upcoming[i], o); len(upcoming[i]) == limit {
				break
			}
		}
	}
	return upcoming, nil
}

// setUpcomingTimes fills in the next times of active schedules.
func setUpcomingTimes(ctx context.Context, tx *db.Tx, records []*pb.Schedule) error {
	upcoming, err := upcomingOccurrences(ctx, tx, records, upcomingCount)
	for i, s := range records {
		s.UpcomingTimes = nil
		for _, o := range upcoming[i] {
			s.UpcomingTimes = append(s.UpcomingTimes, timestamppb.New(o.Time))
		}
		if len(upcoming[i]) > 0 {
			s.RuleDate, s.NextFireTime = upcoming[i][0].RuleDay.String(), s.UpcomingTimes[0]
		}
	}
	return err
}

// PreviewSchedule returns the next times of a recurrence.
func (s *Service) PreviewSchedule(
	ctx context.Context, req *pb.PreviewScheduleRequest,
) (*pb.PreviewScheduleResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.PreviewScheduleResponse, error) {
		series, err := seriesOf(ctx, tx, req.GetRecurrence())
		if err != nil {
			return nil, underRecurrence(err)
		}
		after, count := tx.Call().Now(), upcomingCount
		if req.GetAfterTime() != nil {
			after = req.GetAfterTime().AsTime()
		}
		if req.GetCount() > 0 {
			count = int(req.GetCount())
		}
		res := &pb.PreviewScheduleResponse{}
		for o := range series.OccurrencesAfter(after) {
			t := &pb.PreviewScheduleResponse_FireTime{Time: timestamppb.New(o.Time), Date: o.Day.String()}
			if o.Day != o.RuleDay {
				t.MovedFromDate = o.RuleDay.String()
			}
			if res.FireTimes = append(res.FireTimes, t); len(res.FireTimes) == count {
				break
			}
		}
		return res, nil
	})
}

// underRecurrence places the violations of a recurrence below the field that contains it.
func underRecurrence(err error) error {
	var violations fault.List
	if err := violations.Merge("recurrence", err); err != nil {
		return err
	}
	return violations.Err()
}
