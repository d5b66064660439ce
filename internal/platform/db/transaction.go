package db

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"google.golang.org/protobuf/proto"

	"backoffice/internal/platform/call"
)

// maxAttempts is the maximum number of times a transaction is tried if concurrent ones conflict
// with it.
const maxAttempts = 5

// Write runs fn as one unit of work for the call in ctx: a transaction with its events and its
// idempotent response. It returns the result of fn once that is committed. fn may run several
// times, so it must have no effects except its statements.
//
// If a response is stored under the call's idempotency key, Write returns it and does not run fn.
// With ValidateOnly, Write checks everything and stores nothing.
func Write[R proto.Message](ctx context.Context, d *DB, fn func(context.Context, *Tx) (R, error)) (R, error) {
	var none R
	c := call.From(ctx)
	if err := useIdempotencyKey(c); err != nil {
		return none, err
	}
	keyed := c.IdempotencyKey != "" && !c.ValidateOnly
	return writeWithRetries(ctx, d, keyed, func() (R, error) { return writeOnce(ctx, d, keyed, fn) })
}

// writeWithRetries retries a transaction until it is stored or refused. If a call with an
// idempotency key is refused, a concurrent call with the same key may have been first; its response
// is then returned.
func writeWithRetries[R proto.Message](ctx context.Context, d *DB, keyed bool, attempt func() (R, error)) (R, error) {
	var none R
	for n := 1; ; n++ {
		response, err := attempt()
		switch {
		case err == nil:
			return response, nil
		case keyed && !isRetryable(err):
			return responseOfConcurrentCall[R](ctx, d, err)
		case n == maxAttempts || !isRetryable(err):
			return none, err
		}
		if err := waitBeforeRetry(ctx, n); err != nil {
			return none, err
		}
	}
}

// useIdempotencyKey marks the call's idempotency key as used. It fails if the key was used before
// in the same call.
func useIdempotencyKey(c *call.Call) error {
	keyed := c.IdempotencyKey != "" && !c.ValidateOnly
	if keyed && c.KeyUsed {
		return errKeyUsed
	}
	c.KeyUsed = keyed
	return nil
}

// errKeyUsed refuses a second unit of work under one idempotency key: it would get the response
// that the first one stored.
var errKeyUsed = errors.New("db: a call with an idempotency key has one unit of work")

// writeOnce is one attempt of Write.
func writeOnce[R proto.Message](
	ctx context.Context, d *DB, keyed bool, fn func(context.Context, *Tx) (R, error),
) (R, error) {
	var none R
	tx, err := d.begin(ctx, call.From(ctx), beginWrite)
	if err != nil {
		return none, err
	}
	defer tx.rollback()
	if keyed {
		if stored, found, err := replayResponse[R](ctx, d, tx); found || err != nil {
			return stored, err
		}
	}
	response, err := fn(ctx, tx)
	if err != nil {
		return none, err
	}
	if err := tx.attachRequested(ctx, response); err != nil {
		return none, err
	}
	if err := tx.runBeforeCommit(ctx); err != nil {
		return none, err
	}
	if err := tx.checkDepth(); err != nil {
		return none, err
	}
	if tx.call.ValidateOnly {
		// A plain rollback would not check deferred constraints.
		_, err := tx.Exec(ctx, "set constraints all immediate")
		return response, err
	}
	last := &pgx.Batch{}
	tx.queueEvents(last)
	if keyed {
		if err := d.queueResponses(last, map[*call.Call]proto.Message{tx.call: response}); err != nil {
			return none, err
		}
	}
	return response, tx.commit(ctx, last)
}

// replayResponse returns the response stored under the call's key, if there is one.
func replayResponse[R proto.Message](ctx context.Context, d *DB, tx *Tx) (response R, found bool, err error) {
	stored, err := d.findResponse(ctx, tx)
	if stored == nil || err != nil {
		return response, false, err
	}
	tx.call.Replayed = true
	response = NewRecord[R]()
	return response, true, proto.Unmarshal(stored, response)
}

// StoredResponse returns the response that is stored under the call's idempotency key, if there is
// one. It is for methods that do something before their Write, which a retry must not repeat.
func StoredResponse[R proto.Message](ctx context.Context, d *DB) (response R, found bool, err error) {
	c := call.From(ctx)
	if c.IdempotencyKey == "" || c.ValidateOnly {
		return response, false, nil
	}
	tx, err := d.begin(ctx, c, beginRead)
	if err != nil {
		return response, false, err
	}
	defer tx.rollback()
	return replayResponse[R](ctx, d, tx)
}

// responseOfConcurrentCall looks again for a response under the key of a refused call. A concurrent
// call with the same key may have been first and be the reason for the refusal.
func responseOfConcurrentCall[R proto.Message](ctx context.Context, d *DB, refusal error) (R, error) {
	var none R
	tx, err := d.begin(ctx, call.From(ctx), beginRead)
	if err != nil {
		return none, refusal
	}
	defer tx.rollback()
	if response, found, err := replayResponse[R](ctx, d, tx); found && err == nil {
		return response, nil
	}
	return none, refusal
}

// Read runs fn in one read-only snapshot for the call in ctx.
func Read[T any](ctx context.Context, d *DB, fn func(context.Context, *Tx) (T, error)) (T, error) {
	var none T
	tx, err := d.begin(ctx, call.From(ctx), beginRead)
	if err != nil {
		return none, err
	}
	defer tx.rollback()
	return fn(ctx, tx)
}

// serializationFailure is the SQLSTATE of a transaction that may succeed if it is retried.
const serializationFailure = "40001"

// deadlockDetected is the SQLSTATE of a transaction that was chosen to end a deadlock.
const deadlockDetected = "40P01"

// isRetryable reports whether a transaction may succeed if it is retried: after a serialization
// failure, a deadlock, or a conflict with a concurrent call under the same idempotency key.
func isRetryable(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	return pg.Code == serializationFailure || pg.Code == deadlockDetected || pg.ConstraintName == idempotencyConstraint
}

// dataClasses are the SQLSTATE classes of errors caused by the rows of a transaction: bad data,
// violated constraints, concurrent transactions, limits on the size of a value, and errors raised
// by triggers.
var dataClasses = []string{"22", "23", "40", "44", "54", "P0"}

// isRowError reports whether the database refused the rows of a transaction, rather than being
// unreachable, out of time or out of space.
func isRowError(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && slices.Contains(dataClasses, pg.Code[:2])
}

// waitBeforeRetry waits for a random time that grows with each attempt, so that concurrent
// transactions do not conflict again.
func waitBeforeRetry(ctx context.Context, attempt int) error {
	wait := time.NewTimer(time.Duration(rand.Int64N(int64(attempt) * int64(10*time.Millisecond))))
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
