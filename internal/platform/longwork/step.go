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

// slice is how long one turn goes on with an organization's operations, so that others
// have their turn and a server that stops need not wait long.
const slice = 5 * time.Second

// held is how long to wait for an operation whose step somebody else is at.
const held = 200 * time.Millisecond

// maxFailures is how often in a row a step may fail, by no fault of its own, before the
// operation does.
const maxFailures = 10

// Chore is the doing of operations: due when one begins, until all have ended.
func (s *Service) Chore() jobs.Chore {
	return jobs.Chore{Name: "operations", After: []history.Type{"platform.operation.created"}, Work: s.work}
}

// work does steps until nothing is left or its time is over.
func (s *Service) work(ctx context.Context) error {
	for until := calendar.System().Now().Add(slice); calendar.System().Now().Before(until); {
		more, err := s.Step(ctx)
		if err != nil {
			return err
		}
		if !more {
			return s.rest(ctx)
		}
	}
	return jobs.ErrAgain
}

// rest returns jobs.ErrAgain, after a moment, if an operation is under way that somebody
// else is at: they may not go on with it.
func (s *Service) rest(ctx context.Context) error {
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
	case <-time.After(held):
	case <-ctx.Done():
	}
	return jobs.ErrAgain
}

// failed is what kept a step from being done.
type failed struct {
	operation string
	cause     error
}

// Error implements error.
func (f *failed) Error() string { return "operation " + f.operation + ": " + f.cause.Error() }

// Unwrap is the cause.
func (f *failed) Unwrap() error { return f.cause }

// Step does the next step of the operation of the call's organization whose turn it is,
// and tells whether there was one that nobody else is at.
func (s *Service) Step(ctx context.Context) (more bool, err error) {
	_, err = db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		key, apiKey, err := next(ctx, tx)
		if more = key != ""; !more || err != nil {
			return &emptypb.Empty{}, err
		}
		return &emptypb.Empty{}, s.step(ctx, tx, key, apiKey)
	})
	var f *failed
	if errors.As(err, &f) {
		return true, s.fail(ctx, f)
	}
	return more, err
}

// next locks the operation whose last step is longest ago and that no other server is at. It
// returns the operation's id, "" if none waits, and the API key by which it was begun.
func next(ctx context.Context, tx *db.Tx) (operation string, apiKey uuid.UUID, err error) {
	var key uuid.UUID
	var begunBy uuid.NullUUID
	err = tx.QueryRow(ctx, tx.Locking(db.RankWork, `
select id, api_key_id
from platform.operations
where org_id = $1
and state = 'RUNNING'
order by step_time nulls first, id
limit 1
for no key update skip locked`), tx.Call().Organization.ID).Scan(&key, &begunBy)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", uuid.Nil, nil
	}
	tx.NoteHeld(db.Row{Table: operations.Table().Name(), Key: key})
	return id.Format(operations.Table().Prefix(), key), begunBy.UUID, err
}

// step does a step of one operation, as the person who began it.
func (s *Service) step(ctx context.Context, tx *db.Tx, key string, apiKey uuid.UUID) error {
	o, err := operations.Table().Get(ctx, tx, key)
	if err != nil {
		return err
	}
	w, known := s.works[o.Method]
	if !known {
		return &failed{key, fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "This version of the server does not know how to go on.")}
	}
	as, err := callOf(ctx, tx, o, apiKey)
	if err != nil {
		return &failed{key, err}
	}
	tx.ActAs(as)
	ctx = call.With(ctx, as)
	if err := w.Step(ctx, tx, o); err != nil {
		return &failed{key, err}
	}
	if err := progress(ctx, tx, o); err != nil || o.DoneCount < o.TotalCount {
		return err
	}
	_, err = operations.Modify(ctx, tx, key, "succeeded", func(ctx context.Context, tx *db.Tx, _, o *pb.Operation) error {
		o.State = pb.Operation_SUCCEEDED
		return s.end(ctx, tx, o)
	})
	return err
}

// callOf returns a call for the person who began an operation, with what they may do now. The
// server itself has all rights for what no person began.
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

// progress stores how far an operation has come. It is a figure and no change of the
// record: a history of every step would be longer than that of the work.
func progress(ctx context.Context, tx *db.Tx, o *pb.Operation) error {
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

// passing are failures that may be over when a step is tried again.
var passing = []codes.Code{codes.Internal, codes.Unavailable, codes.DeadlineExceeded, codes.Canceled, codes.ResourceExhausted}

// fail ends an operation that cannot go on. A step that failed for no reason of its own is
// tried again, for which the error is passed on, but not for ever.
func (s *Service) fail(ctx context.Context, f *failed) error {
	refusal := fault.From(f.cause)
	refused := !slices.Contains(passing, refusal.Code)
	ended, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Operation, error) {
		failures, err := countFailure(ctx, tx, f.operation)
		if err != nil {
			return nil, err
		}
		if !refused && failures < maxFailures {
			return operations.Table().Get(ctx, tx, f.operation)
		}
		return operations.Modify(ctx, tx, f.operation, "failed", func(ctx context.Context, tx *db.Tx, _, o *pb.Operation) error {
			if o.State != pb.Operation_RUNNING {
				return nil // canceled meanwhile
			}
			o.State, o.Error = pb.Operation_FAILED, &pb.Operation_Error{Reason: refusal.Reason.String(), Message: refusal.Message}
			return s.end(ctx, tx, o)
		})
	})
	if err != nil {
		return errors.Join(f, err)
	}
	if ended.State == pb.Operation_RUNNING {
		return f
	}
	return nil
}

// countFailure notes that a step failed, and tells how many did in a row.
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
