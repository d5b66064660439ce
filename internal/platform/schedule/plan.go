package schedule

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/identity"
)

// Plan describes the schedule of a record.
type Plan struct {
	// Kind is the kind of the handler.
	Kind string
	// SubjectID is the record that the schedule belongs to. A record has at most one schedule.
	SubjectID   string
	DisplayName string
	Recurrence  *typepb.Recurrence
	// CatchUp defaults to RUN_ONCE.
	CatchUp pb.Schedule_CatchUp
	// After is the time after which the schedule fires. The zero time means now. It may be in the
	// past: with RUN_ALL the schedule then fires for every time since. A schedule that is overdue
	// fires after the time at which it was due, if that is earlier.
	After time.Time
}

// Set creates the schedule of a record, or changes it. It fails if the recurrence is invalid, with
// violations at its fields. A schedule whose recurrence stays the same keeps its next time, unless
// After is given. If it is overdue, the times of the new recurrence since then are due too, and the
// catch-up policy decides. A schedule that is paused stays paused. Call Set last in a unit of work,
// because schedules are locked after other records.
func Set(ctx context.Context, tx *db.Tx, p Plan) (*pb.Schedule, error) {
	key, err := keyOf(p.SubjectID)
	if err != nil {
		return nil, err
	}
	apply := func(ctx context.Context, tx *db.Tx, was, s *pb.Schedule) error {
		if was.Id != "" && was.SubjectId != p.SubjectID {
			return errors.New("schedule: " + key + " belongs to " + was.SubjectId + ", not to " + p.SubjectID)
		}
		if err := noteChanged(tx, key, was.Etag); err != nil {
			return err
		}
		s.Kind, s.SubjectId, s.DisplayName, s.CatchUp = p.Kind, p.SubjectID, p.DisplayName, p.CatchUp
		if s.CatchUp == pb.Schedule_CATCH_UP_UNSPECIFIED {
			s.CatchUp = pb.Schedule_RUN_ONCE
		}
		if proto.Equal(was.Recurrence, p.Recurrence) && p.After.IsZero() {
			return nil
		}
		s.Recurrence = p.Recurrence
		if s.State != pb.Schedule_PAUSED {
			s.State = pb.Schedule_ACTIVE
		}
		return moveAfter(ctx, tx, s, startOf(p, was, tx.Call().Now()))
	}
	changed, err := schedules.Modify(ctx, tx, key, "updated", apply)
	if err == nil || fault.From(err).Code != codes.NotFound {
		return changed, err
	}
	if err := lockClock(ctx, tx, nil); err != nil {
		return nil, err
	}
	s := &pb.Schedule{Id: key}
	if err := apply(ctx, tx, &pb.Schedule{}, s); err != nil {
		return nil, err
	}
	return s, schedules.Insert(ctx, tx, s)
}

// startOf returns the time after which a schedule fires that is set by a plan. was is the schedule
// before, empty if it is new.
func startOf(p Plan, was *pb.Schedule, now time.Time) time.Time {
	after := p.After
	if after.IsZero() {
		after = now
	}
	if due := was.NextFireTime; due != nil && !due.AsTime().After(after) {
		after = due.AsTime().Add(-time.Microsecond)
	}
	return after
}

// Remove deletes the schedule of a record, if it has one. Call it last in a unit of work.
func Remove(ctx context.Context, tx *db.Tx, subjectID string) error {
	key, err := keyOf(subjectID)
	if err != nil {
		return err
	}
	err = schedules.Remove(ctx, tx, key, func(_ context.Context, tx *db.Tx, was, _ *pb.Schedule) error {
		return noteChanged(tx, key, was.Etag)
	})
	if err != nil && fault.From(err).Code == codes.NotFound {
		return nil
	}
	return err
}

// NextDates returns the local days of the next firings of records that have an active schedule, by
// the identifier of the record. They are those of the holidays and the time zone of now.
func NextDates(ctx context.Context, tx *db.Tx, subjectIDs []string) (map[string]string, error) {
	keys := make([]string, len(subjectIDs))
	for i, subject := range subjectIDs {
		var err error
		if keys[i], err = keyOf(subject); err != nil {
			return nil, err
		}
	}
	found, err := schedules.Table().GetExisting(ctx, tx, keys)
	if err != nil {
		return nil, err
	}
	list := slices.Collect(maps.Values(found))
	upcoming, err := upcomingOccurrences(ctx, tx, list, 1)
	dates := map[string]string{}
	for i, s := range list {
		if len(upcoming[i]) > 0 {
			dates[s.SubjectId] = upcoming[i][0].Day.String()
		}
	}
	return dates, err
}

// keyOf returns the identifier of the schedule of a record.
func keyOf(subjectID string) (string, error) {
	_, rest, found := strings.Cut(subjectID, "_")
	if !found {
		return "", errors.New("schedule: " + subjectID + " is not an identifier")
	}
	return schedules.Table().Prefix() + "_" + rest, nil
}

// changedKeys are the schedules that a transaction set or removed.
type changedKeys map[string]bool

// noteChanged notes that the transaction sets or removes a schedule. It fails if the transaction
// fires the schedule and has found another version of it: a rival has fired or changed it since.
func noteChanged(tx *db.Tx, key, etag string) error {
	if f := *db.TxLocal[firingOf](tx); f.key == key && f.etag != etag && !hasChanged(tx, key) {
		return errChanged
	}
	keys := db.TxLocal[changedKeys](tx)
	if *keys == nil {
		*keys = changedKeys{}
	}
	(*keys)[key] = true
	return nil
}

func hasChanged(tx *db.Tx, key string) bool { return (*db.TxLocal[changedKeys](tx))[key] }

// lockClock keeps the clock of a test organization from being advanced until the transaction ends,
// because due times depend on it. Other clocks are never advanced.
func lockClock(ctx context.Context, tx *db.Tx, _ *pb.Schedule) error {
	if !tx.Call().Organization.Test || identity.HoldsOrganizationLock(tx) {
		return nil
	}
	return identity.LockOrganization(ctx, tx)
}

// moveAfter moves a schedule to its first time after an instant, or ends it if there is none. It
// never goes back before the last firing.
func moveAfter(ctx context.Context, tx *db.Tx, s *pb.Schedule, after time.Time) error {
	if last := s.LastFireTime; last != nil && last.AsTime().After(after) {
		after = last.AsTime()
	}
	series, err := seriesOf(ctx, tx, s.Recurrence)
	if err != nil {
		return err
	}
	for o := range series.OccurrencesAfter(after) {
		moveTo(s, o)
		return nil
	}
	end(s)
	return nil
}

// dayOf returns the rule day of a schedule that has not ended.
func dayOf(s *pb.Schedule) (calendar.Date, error) { return calendar.ParseDate(s.RuleDate) }

// attemptTime returns when an active schedule is tried next, on the organization's clock.
func attemptTime(s *pb.Schedule) time.Time {
	if s.RetryTime != nil {
		return s.RetryTime.AsTime()
	}
	return s.NextFireTime.AsTime()
}
