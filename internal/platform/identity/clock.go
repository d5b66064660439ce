package identity

import (
	"context"
	"errors"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// clockAdvanced is the type of the event that records an advance of a test organization's clock.
const clockAdvanced = "platform.clock.advanced"

// maxYearsAhead limits how far a clock may be ahead of real time.
const maxYearsAhead = 100

// storeTimeout is how long storing the clock may take after a firing has failed.
const storeTimeout = 5 * time.Second

// GetClock returns the organization's time.
func (s *Service) GetClock(ctx context.Context, _ *pb.GetClockRequest) (*pb.Clock, error) {
	return clockOf(call.From(ctx)), nil
}

// AdvanceClock moves the clock of a test organization forward. The schedules due in between fire
// first, each in a separate unit of work. If that fails, the clock stops at the firing that failed.
// Other requests see the time before until it returns.
func (s *Service) AdvanceClock(ctx context.Context, req *pb.AdvanceClockRequest) (*pb.Clock, error) {
	c := call.From(ctx)
	if !c.Organization.Test {
		return nil, fault.Refuse(optionsv1.Reason_CLOCK_IS_LIVE, "Only the clock of a test organization can be advanced.")
	}
	if stored, found, err := db.StoredResponse[*pb.Clock](ctx, s.db); found || err != nil {
		return stored, err
	}
	target, reached, err := s.fireInBetween(ctx, req)
	switch {
	case err == nil:
		return s.moveClock(ctx, target, reached)
	case reached.IsZero():
		return nil, err
	}
	// The clock must not stay behind firings that were committed. The response is the error, so the
	// idempotency key must not store the clock.
	own := *c
	own.IdempotencyKey = ""
	storing, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	_, storeErr := s.moveClock(call.With(storing, &own), target, reached)
	return nil, errors.Join(err, storeErr)
}

// moveClock stores the time that a clock has reached on the way to its target.
func (s *Service) moveClock(ctx context.Context, target, reached time.Time) (*pb.Clock, error) {
	c := call.From(ctx)
	defer s.cache.forget(c.Organization.ID)
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Clock, error) {
		offset, err := lockClock(ctx, tx)
		if err != nil {
			return nil, err
		}
		if now := s.clock.Shifted(offset).Now(); reached.After(now) {
			offset += reached.Sub(now)
		}
		tx.Record(db.Event{Type: clockAdvanced, SubjectID: id.Format("org", c.Organization.ID)})
		c.Organization.Clock = s.clock.Shifted(offset)
		if _, err = tx.Exec(ctx, `
update platform.organizations
set clock_offset_micros = $3
where org_id = $1
and id = $2`, c.Organization.ID, c.Organization.ID, offset.Microseconds()); err != nil {
			return nil, err
		}
		moved := clockOf(c)
		if reached.Before(target) {
			moved.TargetTime = timestamppb.New(target)
		}
		return moved, s.onClock.Shift(ctx, tx)
	})
}

// fireInBetween fires what is due until the time to which the clock is to be advanced. It returns
// that time and the time before which everything has fired, or zero if it failed at once.
func (s *Service) fireInBetween(
	ctx context.Context, req *pb.AdvanceClockRequest,
) (target, reached time.Time, err error) {
	offset, err := db.Read(ctx, s.db, readOffset)
	if err != nil {
		return target, reached, err
	}
	now := s.clock.Shifted(offset).Now()
	if target, err = targetTime(req, now, s.clock.Now()); err != nil {
		return target, reached, err
	}
	target = target.Truncate(time.Microsecond)
	reached, err = s.onClock.FireUntil(ctx, call.From(ctx).Organization.ID, offset, now, target)
	if err != nil && !reached.After(now) {
		reached = time.Time{}
	}
	return target, reached, err
}

const selectOffset = `
select clock_offset_micros
from platform.organizations
where org_id = $1`

func readOffset(ctx context.Context, tx *db.Tx) (time.Duration, error) {
	var micros int64
	err := tx.QueryRow(ctx, selectOffset, tx.Call().Organization.ID).Scan(&micros)
	return time.Duration(micros) * time.Microsecond, err
}

func lockClock(ctx context.Context, tx *db.Tx) (time.Duration, error) {
	var micros int64
	err := tx.QueryRow(ctx, tx.Locking(db.RankOrganization, `
select clock_offset_micros
from platform.organizations
where org_id = $1
for no key update`, organizationRow(tx)), tx.Call().Organization.ID).Scan(&micros)
	return time.Duration(micros) * time.Microsecond, err
}

// targetTime returns the time to advance the clock to. The request gives either that time or a
// duration. The clock is stored as an offset from real time, which must not exceed
// maxYearsAhead.
func targetTime(req *pb.AdvanceClockRequest, now, real time.Time) (time.Time, error) {
	if (req.GetToTime() == nil) == (req.GetByDuration() == nil) {
		return now, fault.Invalid(fault.At("toTime", "set exactly one of toTime and byDuration"))
	}
	to := now.Add(req.GetByDuration().AsDuration())
	if req.GetToTime() != nil {
		to = req.GetToTime().AsTime()
	}
	if !to.After(now) {
		return now, fault.Refuse(optionsv1.Reason_CLOCK_GOES_BACK,
			"The clock is at %s and can only be advanced to a later time.", now.Format(time.RFC3339))
	}
	if to.After(real.AddDate(maxYearsAhead, 0, 0)) {
		return now, fault.Invalid(fault.At("toTime", "is more than %d years ahead of real time", maxYearsAhead))
	}
	return to, nil
}

func clockOf(c *call.Call) *pb.Clock {
	now := timestamppb.New(c.Now())
	return &pb.Clock{NowTime: now, TodayDate: c.Today().String(), Test: c.Organization.Test, TargetTime: now}
}
