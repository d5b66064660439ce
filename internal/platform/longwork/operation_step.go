package longwork

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/jobs"
)

// turnTime is how long one turn works on an organization's operations. It is short, so that other
// organizations get a turn and a stopping server need not wait long.
const turnTime = 5 * time.Second

// lockedPause is how long to wait for an operation that another server has locked.
const lockedPause = 200 * time.Millisecond

// maxFailures is the number of times in a row that a step may fail with a transient error before
// the operation fails.
const maxFailures = 10

// Chore returns the chore that runs operations. It is due from the start of an operation until all
// operations of the organization have ended.
func (s *Service) Chore() jobs.Chore {
	return jobs.Chore{Name: "operations", After: []history.Type{"platform.operation.created"}, Work: s.runSteps}
}

// runSteps runs steps until none is left or the turn is over.
func (s *Service) runSteps(ctx context.Context) error {
	for until := calendar.System().Now().Add(turnTime); calendar.System().Now().Before(until); {
		more, err := s.Step(ctx)
		if err != nil {
			return err
		}
		if !more {
			return s.waitForLocked(ctx)
		}
	}
	return jobs.ErrAgain
}

// waitForLocked pauses and returns jobs.ErrAgain if another server is running an operation. That
// server may crash before the next step, so this one must look again.
func (s *Service) waitForLocked(ctx context.Context) error {
	running, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (running bool, err error) {
		return running, tx.QueryRow(ctx, `
select exists (
  select
  from platform.operations
  where org_id = $1
  and state = 'RUNNING'
)`, tx.Call().Organization.ID).Scan(&running)
	})
	if err != nil || !running {
		return err
	}
	select {
	case <-time.After(lockedPause):
	case <-ctx.Done():
	}
	return jobs.ErrAgain
}

// stepError is the error that a step of an operation returned.
type stepError struct {
	operation string
	cause     error
}

// Error implements error.
func (e *stepError) Error() string { return "operation " + e.operation + ": " + e.cause.Error() }

// Unwrap returns the cause.
func (e *stepError) Unwrap() error { return e.cause }

// Step runs the next step of the operation that has waited longest, in the call's organization. It
// reports whether there was a running operation that no other server has locked.
func (s *Service) Step(ctx context.Context) (more bool, err error) {
	_, err = db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		key, apiKey, err := lockNext(ctx, tx)
		if more = key != ""; !more || err != nil {
			return &emptypb.Empty{}, err
		}
		return &emptypb.Empty{}, s.runStep(ctx, tx, key, apiKey)
	})
	var e *stepError
	if errors.As(err, &e) {
		return true, s.handleFailure(ctx, e)
	}
	return more, err
}

// lockNext locks the running operation whose last step is longest ago and that no other server has
// locked. It returns the operation's id, or "" if there is none, and the API key that started it.
func lockNext(ctx context.Context, tx *db.Tx) (operation string, apiKey uuid.UUID, err error) {
	var key uuid.UUID
	var startedBy uuid.NullUUID
	err = tx.QueryRow(ctx, tx.Locking(db.RankWork, `
select id, api_key_id
from platform.operations
where org_id = $1
and state = 'RUNNING'
order by step_time nulls first, id
limit 1
for no key update skip locked`), tx.Call().Organization.ID).Scan(&key, &startedBy)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", uuid.Nil, nil
	}
	tx.NoteHeld(db.Row{Table: operations.Table().Name(), Key: key})
	return id.Format(operations.Table().Prefix(), key), startedBy.UUID, err
}

// runStep runs a step of an operation, in a call of the person who started it.
func (s *Service) runStep(ctx context.Context, tx *db.Tx, key string, apiKey uuid.UUID) error {
	o, err := operations.Table().Get(ctx, tx, key)
	if err != nil {
		return err
	}
	h, known := s.handlers[o.Method]
	if !known {
		return &stepError{key, fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION,
			"This version of the server does not support operations of %s.", o.Method)}
	}
	personCall, err := callOf(ctx, tx, o, apiKey)
	if err != nil {
		return &stepError{key, err}
	}
	tx.ActAs(personCall)
	ctx = call.With(ctx, personCall)
	if err := h.Step(ctx, tx, o); err != nil {
		return &stepError{key, err}
	}
	if err := saveProgress(ctx, tx, o); err != nil || o.DoneCount < o.TotalCount {
		return err
	}
	_, err = operations.Modify(ctx, tx, key, "succeeded", func(ctx context.Context, tx *db.Tx, _, o *pb.Operation) error {
		o.State = pb.Operation_SUCCEEDED
		return s.finish(ctx, tx, o)
	})
	return err
}

// callOf returns a call of the person who started an operation, with the person's current rights.
// For an operation that no person started it returns a call of the server, which has all rights.
func callOf(ctx context.Context, tx *db.Tx, o *pb.Operation, apiKey uuid.UUID) (*call.Call, error) {
	if o.PersonId == "" {
		c := *tx.Call()
		c.Method = o.Method
		return &c, nil
	}
	person, err := id.Parse("prs", o.PersonId)
	if err != nil {
		return nil, err
	}
	return identity.CallAs(ctx, tx, identity.Actor{PersonID: person, KeyID: apiKey}, o.Method)
}

// saveProgress stores the number of parts that are done. It records no event, because the history
// would then have more events for the progress than for the work itself.
func saveProgress(ctx context.Context, tx *db.Tx, o *pb.Operation) error {
	key, err := operations.Table().Key(o.Id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
update platform.operations
set done_count = $3,
  step_time = $4,
  failure_count = 0
where org_id = $1
and id = $2`, tx.Call().Organization.ID, key, o.DoneCount, calendar.System().Now())
	return err
}

// transientCodes are the codes of errors after which a step is retried.
var transientCodes = []codes.Code{
	codes.Internal, codes.Unavailable, codes.DeadlineExceeded, codes.Canceled, codes.ResourceExhausted,
}

// handleFailure ends an operation whose step was refused, or failed maxFailures times in a row with
// a transient error. Otherwise it returns the error, so that the step is retried.
func (s *Service) handleFailure(ctx context.Context, e *stepError) error {
	refusal := fault.From(e.cause)
	isTransient := slices.Contains(transientCodes, refusal.Code)
	setFailed := func(ctx context.Context, tx *db.Tx, _, o *pb.Operation) error {
		if o.State != pb.Operation_RUNNING {
			return nil // canceled in the meantime
		}
		o.State = pb.Operation_FAILED
		o.Error = &pb.Operation_Error{Reason: refusal.Reason.String(), Message: refusal.Message}
		return s.finish(ctx, tx, o)
	}
	ended, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Operation, error) {
		failures, err := countFailure(ctx, tx, e.operation)
		if err != nil {
			return nil, err
		}
		if isTransient && failures < maxFailures {
			return operations.Table().Get(ctx, tx, e.operation)
		}
		return operations.Modify(ctx, tx, e.operation, "failed", setFailed)
	})
	if err != nil {
		return errors.Join(e, err)
	}
	if ended.State == pb.Operation_RUNNING {
		return e
	}
	return nil
}

// countFailure stores that a step failed and returns the number of failures in a row.
func countFailure(ctx context.Context, tx *db.Tx, operation string) (failures int, err error) {
	key, err := operations.Table().Key(operation)
	if err != nil {
		return 0, err
	}
	return failures, tx.QueryRow(ctx, `
update platform.operations
set step_time = $3,
  failure_count = failure_count + 1
where org_id = $1
and id = $2
returning failure_count`, tx.Call().Organization.ID, key, calendar.System().Now()).Scan(&failures)
}
