package schedule

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

const (
	// firingTimeout is how long one firing may take.
	firingTimeout = 10 * time.Second
	// firstPause is how long a schedule waits after a failure. The pause doubles with each failure
	// in a row up to maxPause.
	firstPause = time.Minute
	maxPause   = 6 * time.Hour
)

// attempt fires a schedule if its time has come, in a call of the organization. If the unit of work
// fails, attempt stores the failure and returns nil. It returns an error if nothing could be
// stored: the database cannot be reached, the server stops, or rivals kept changing the schedule.
func (s *Service) attempt(ctx context.Context, c *call.Call, key string) error {
	own := *c
	own.Method, own.RequestID = "schedule", id.Format("firing", id.New())
	ctx = call.With(ctx, &own)
	read, timedOut, err := s.fireOnce(ctx, key)
	switch {
	case err == nil, read == nil, ctx.Err() != nil:
		return err
	case !timedOut && db.IsTransient(err):
		return err
	}
	return s.saveFailure(ctx, read, err)
}

// fireOnce runs the unit of work of a firing with a time limit. It returns the schedule as it was
// read, and a panic as an error.
func (s *Service) fireOnce(ctx context.Context, key string) (read *pb.Schedule, timedOut bool, err error) {
	limited, cancel := context.WithTimeout(ctx, firingTimeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		timedOut = limited.Err() != nil
	}()
	_, err = db.Write(limited, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		if read, err = schedules.Table().Get(ctx, tx, key); err != nil {
			if fault.From(err).Code == codes.NotFound {
				return &emptypb.Empty{}, nil
			}
			return nil, err
		}
		return &emptypb.Empty{}, s.fire(ctx, tx, read)
	})
	return read, false, err
}

// fire is the unit of work of a firing. The schedule is locked only after the handler, because
// handlers lock records of lower ranks. If the schedule was changed, or fired by another server, in
// the meantime, the transaction is rolled back and tried again.
func (s *Service) fire(ctx context.Context, tx *db.Tx, read *pb.Schedule) error {
	now := tx.Call().Now()
	if read.State != pb.Schedule_ACTIVE || attemptTime(read).After(now) {
		return nil
	}
	tx.Call().Method = "schedule/" + read.Kind
	day, err := dayOf(read)
	if err != nil {
		return err
	}
	series, err := seriesOf(ctx, tx, read.Recurrence)
	if err != nil {
		return err
	}
	d, found := decide(remaining(series, read, day), read.CatchUp, now)
	switch {
	case !found:
		return s.advance(ctx, tx, read, "moved", end)
	case d.fires.Time.After(now):
		return s.advance(ctx, tx, read, "moved", func(r *pb.Schedule) { moveTo(r, d.fires) })
	case d.skip:
		return s.advance(ctx, tx, read, "skipped", d.moveOn)
	}
	f := Firing{SubjectID: read.SubjectId, Time: d.fires.Time, Day: d.fires.Day, RuleDay: d.fires.RuleDay}
	*db.TxLocal[firingOf](tx) = firingOf{read.Id, read.Etag}
	if err := s.handle(ctx, tx, read.Kind, f); err != nil {
		return err
	}
	if hasChanged(tx, read.Id) {
		return s.finish(ctx, tx, read.Id, f.Time)
	}
	return s.advance(ctx, tx, read, "fired", func(r *pb.Schedule) {
		r.LastFireTime = timestamppb.New(f.Time)
		d.moveOn(r)
	})
}

// firingOf is the schedule that the transaction fires, as it was read.
type firingOf struct{ key, etag string }

// finish stores the firing of a schedule that its handler set or removed. It moves the schedule on,
// unless the handler has moved it to a later time.
func (s *Service) finish(ctx context.Context, tx *db.Tx, key string, fired time.Time) error {
	_, err := schedules.Modify(ctx, tx, key, "fired", func(ctx context.Context, tx *db.Tx, _, r *pb.Schedule) error {
		r.LastFireTime = timestamppb.New(fired)
		clearFailures(r)
		if r.State == pb.Schedule_ENDED || r.NextFireTime.AsTime().After(fired) {
			return nil
		}
		return moveAfter(ctx, tx, r, fired)
	})
	if err != nil && fault.From(err).Code == codes.NotFound {
		return nil
	}
	return err
}

// moveOn moves a schedule to the next occurrence, or ends it.
func (d decision) moveOn(s *pb.Schedule) {
	if d.more {
		moveTo(s, d.next)
	} else {
		end(s)
	}
}

// errChanged makes a firing start again.
var errChanged = db.RowsChanged("the schedule changed while it fired")

// advance stores what a firing changes of its schedule. The update itself locks the row; its
// version then shows whether the schedule changed in the meantime. It fails if the schedule would
// be due again although it did not fire.
func (s *Service) advance(
	ctx context.Context, tx *db.Tx, read *pb.Schedule, event string, change func(*pb.Schedule),
) error {
	if err := lockClock(ctx, tx, nil); err != nil {
		return err
	}
	r := proto.CloneOf(read)
	change(r)
	if event != "fired" && r.State == pb.Schedule_ACTIVE && !attemptTime(r).After(tx.Call().Now()) {
		return fmt.Errorf("schedule: %s is still due after it was %s", r.Id, event)
	}
	err := schedules.StoreChanges(ctx, tx, event, []*pb.Schedule{read}, []*pb.Schedule{r})
	if errors.Is(err, pgx.ErrNoRows) {
		return errChanged // it was removed
	}
	before, parseErr := strconv.Atoi(read.Etag)
	if err := errors.Join(err, parseErr); err != nil {
		return err
	}
	if r.Etag != strconv.Itoa(before+1) {
		return errChanged
	}
	return nil
}

// handle runs the handler of a kind of schedule.
func (s *Service) handle(ctx context.Context, tx *db.Tx, kind string, f Firing) error {
	h, known := s.handlers[kind]
	if !known {
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION,
			"This version of the server does not support schedules of the kind %s.", kind)
	}
	return h.Fire(ctx, tx, f)
}

// saveFailure stores that a firing failed, unless the schedule has changed since.
func (s *Service) saveFailure(ctx context.Context, read *pb.Schedule, failure error) error {
	refusal := fault.From(failure)
	_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Schedule, error) {
		return schedules.Modify(ctx, tx, read.Id, "failed", func(_ context.Context, tx *db.Tx, was, r *pb.Schedule) error {
			if was.Etag != read.Etag {
				return nil
			}
			pause := min(firstPause<<min(r.FailureCount, 16), maxPause)
			r.FailureCount++
			r.RetryTime = timestamppb.New(tx.Call().Now().Add(pause))
			r.LastError = &pb.Schedule_Error{Reason: refusal.Reason.String(), Message: refusal.Message}
			return nil
		})
	})
	if err != nil && fault.From(err).Code == codes.NotFound {
		return nil
	}
	return err
}
