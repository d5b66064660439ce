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

// attempt fires a schedule if its time has come, in a call of the organization. If the handler
// fails, attempt stores the failure and returns nil. It returns an error only if nothing could be
// stored.
func (s *Service) attempt(ctx context.Context, c *call.Call, key string) error {
	own := *c
	own.Method, own.RequestID = "schedule", id.Format("firing", id.New())
	ctx = call.With(ctx, &own)
	limited, cancel := context.WithTimeout(ctx, firingTimeout)
	defer cancel()
	var failure *handlerError
	_, err := db.Write(limited, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, s.fire(ctx, tx, key)
	})
	if !errors.As(err, &failure) || ctx.Err() != nil {
		return err
	}
	return s.saveFailure(ctx, key, failure)
}

// fire is the unit of work of a firing. The schedule is locked only after the handler, because
// handlers lock records of lower ranks. If the schedule was changed, or fired by another server, in
// the meantime, the transaction is rolled back and tried again.
func (s *Service) fire(ctx context.Context, tx *db.Tx, key string) error {
	read, err := schedules.Table().Get(ctx, tx, key)
	if err != nil {
		if fault.From(err).Code == codes.NotFound {
			return nil
		}
		return err
	}
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
		return &handlerError{read.Etag, err}
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
	if err := s.handle(ctx, tx, read, f); err != nil {
		return err
	}
	return s.advance(ctx, tx, read, "fired", func(r *pb.Schedule) {
		r.LastFireTime = timestamppb.New(f.Time)
		d.moveOn(r)
	})
}

// moveOn moves a schedule to the next occurrence, or ends it.
func (d decision) moveOn(s *pb.Schedule) {
	if d.more {
		moveTo(s, d.next)
	} else {
		end(s)
	}
}

// advance stores what a firing changes of its schedule, unless the handler set or removed it. The
// update itself locks the row; its version then shows whether the schedule changed in the meantime.
func (s *Service) advance(
	ctx context.Context, tx *db.Tx, read *pb.Schedule, event string, change func(*pb.Schedule),
) error {
	if hasChanged(tx, read.Id) {
		return nil
	}
	if err := lockClock(ctx, tx, nil); err != nil {
		return err
	}
	r := proto.CloneOf(read)
	change(r)
	if err := storeDueTime(ctx, tx, read, r); err != nil {
		return err
	}
	err := schedules.StoreChanges(ctx, tx, event, []*pb.Schedule{read}, []*pb.Schedule{r})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return db.RowsChanged("the schedule was removed while it fired")
	case err != nil:
		return err
	}
	before, err := strconv.Atoi(read.Etag)
	if err == nil && r.Etag != strconv.Itoa(before+1) {
		return db.RowsChanged("the schedule changed while it fired")
	}
	return err
}

// handlerError is the failure of a handler. etag is the version of the schedule that was fired.
type handlerError struct {
	etag  string
	cause error
}

// Error implements error.
func (e *handlerError) Error() string { return e.cause.Error() }

// Unwrap returns the cause, so that a transaction is retried if the cause is a conflict.
func (e *handlerError) Unwrap() error { return e.cause }

// handle runs the handler of a schedule. It returns a panic as an error.
func (s *Service) handle(ctx context.Context, tx *db.Tx, read *pb.Schedule, f Firing) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if err != nil {
			err = &handlerError{read.Etag, err}
		}
	}()
	h, known := s.handlers[read.Kind]
	if !known {
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION,
			"This version of the server does not support schedules of the kind %s.", read.Kind)
	}
	return h.Fire(ctx, tx, f)
}

// saveFailure stores that a firing failed, unless the schedule has changed since.
func (s *Service) saveFailure(ctx context.Context, key string, failure *handlerError) error {
	refusal := fault.From(failure.cause)
	_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Schedule, error) {
		return schedules.Modify(ctx, tx, key, "failed", func(_ context.Context, tx *db.Tx, was, r *pb.Schedule) error {
			if was.Etag != failure.etag {
				return nil
			}
			pause := min(firstPause<<min(r.FailureCount, 16), maxPause)
			r.FailureCount++
			r.RetryTime = timestamppb.New(tx.Call().Now().Add(pause))
			r.LastError = &pb.Schedule_Error{Reason: refusal.Reason.String(), Message: refusal.Message}
			return nil
		}, storeDueTime)
	})
	if err != nil && fault.From(err).Code == codes.NotFound {
		return nil
	}
	return err
}
