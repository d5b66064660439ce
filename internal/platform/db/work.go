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

// attempts is how often a unit of work is tried when others are in its way.
const attempts = 5

// Write runs fn as one unit of work for the call in ctx and answers what it
// answered, once that is committed. fn may be run again, so it has no effects but
// its statements. A call with an idempotency key that was answered before gets the
// stored answer and fn does not run. With ValidateOnly everything is checked and
// nothing is stored.
func Write[R proto.Message](ctx context.Context, d *DB, fn func(context.Context, *Tx) (R, error)) (R, error) {
	var none R
	c := call.From(ctx)
	if err := spendKey(c); err != nil {
		return none, err
	}
	keyed := c.IdempotencyKey != "" && !c.ValidateOnly
	return persist(ctx, d, keyed, func() (R, error) { return writeOnce(ctx, d, keyed, fn) })
}

// persist tries a unit of work until it is stored or refused. A call that is refused
// may have a rival with the same idempotency key, whose answer is then its own.
func persist[R proto.Message](ctx context.Context, d *DB, keyed bool, try func() (R, error)) (R, error) {
	var none R
	for attempt := 1; ; attempt++ {
		answer, err := try()
		switch {
		case err == nil:
			return answer, nil
		case keyed && !worthRetrying(err):
			return answerOfRival[R](ctx, d, err)
		case attempt == attempts || !worthRetrying(err):
			return none, err
		}
		if err := pause(ctx, attempt); err != nil {
			return none, err
		}
	}
}

// spendKey takes the call's idempotency key for a unit of work.
func spendKey(c *call.Call) error {
	keyed := c.IdempotencyKey != "" && !c.ValidateOnly
	if keyed && c.KeyUsed {
		return errKeySpent
	}
	c.KeyUsed = keyed
	return nil
}

// errKeySpent refuses a second unit of work under one key: it would be answered with
// what the first one stored.
var errKeySpent = errors.New("db: a call with an idempotency key has one unit of work")

func writeOnce[R proto.Message](ctx context.Context, d *DB, keyed bool, fn func(context.Context, *Tx) (R, error)) (R, error) {
	var none R
	tx, err := d.begin(ctx, call.From(ctx), beginWrite)
	if err != nil {
		return none, err
	}
	defer tx.rollback()
	if keyed {
		if stored, found, err := replayed[R](ctx, d, tx); found || err != nil {
			return stored, err
		}
	}
	answer, err := fn(ctx, tx)
	if err != nil {
		return none, err
	}
	if err := tx.checkDepth(); err != nil {
		return none, err
	}
	if tx.call.ValidateOnly {
		// A plain rollback would hide what deferred constraints refuse.
		_, err := tx.Exec(ctx, "set constraints all immediate")
		return answer, err
	}
	last := &pgx.Batch{}
	tx.queueEvents(last)
	if keyed {
		if err := d.queueAnswers(last, map[*call.Call]proto.Message{tx.call: answer}); err != nil {
			return none, err
		}
	}
	return answer, tx.commit(ctx, last)
}

// replayed returns the answer stored under the call's key, if there is one.
func replayed[R proto.Message](ctx context.Context, d *DB, tx *Tx) (answer R, found bool, err error) {
	stored, err := d.replay(ctx, tx)
	if stored == nil || err != nil {
		return answer, false, err
	}
	tx.call.Replayed = true
	answer = NewRecord[R]()
	return answer, true, proto.Unmarshal(stored, answer)
}

// answerOfRival looks once more for the answer under the key of a call that was
// refused: a rival with the same key may have been first, and be why.
func answerOfRival[R proto.Message](ctx context.Context, d *DB, refusal error) (R, error) {
	var none R
	tx, err := d.begin(ctx, call.From(ctx), beginRead)
	if err != nil {
		return none, refusal
	}
	defer tx.rollback()
	if answer, found, err := replayed[R](ctx, d, tx); found && err == nil {
		return answer, nil
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

// serializationFailure is the SQLSTATE of a transaction that may succeed if it is tried again.
const serializationFailure = "40001"

// worthRetrying tells whether the database asked for another try: a serialization
// failure, a deadlock, or a rival with the same idempotency key.
func worthRetrying(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	return pg.Code == serializationFailure || pg.Code == "40P01" || pg.ConstraintName == idempotencyKey
}

// dataClasses are the SQLSTATE classes that speak of the rows of a transaction: bad
// data, broken constraints, rivals, limits of a value's size, and what triggers raise.
var dataClasses = []string{"22", "23", "40", "44", "54", "P0"}

// refusesRows tells whether the database refused what a transaction stores, rather than
// being out of reach, out of time or out of space.
func refusesRows(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && slices.Contains(dataClasses, pg.Code[:2])
}

// pause waits a little longer at each attempt, by chance, so that rivals part.
func pause(ctx context.Context, attempt int) error {
	wait := time.NewTimer(time.Duration(rand.Int64N(int64(attempt) * int64(10*time.Millisecond))))
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
