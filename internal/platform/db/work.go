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
//
// The answer *R is a generated proto message.
func Write[R any](ctx context.Context, d *DB, fn func(context.Context, *Tx) (*R, error)) (*R, error) {
	c := call.From(ctx)
	if err := spendKey(c); err != nil {
		return nil, err
	}
	keyed := c.IdempotencyKey != "" && !c.ValidateOnly
	return persist(ctx, d, keyed, func() (*R, error) { return writeOnce(ctx, d, keyed, fn) })
}

// persist tries a unit of work until it is stored or refused. A call that is refused
// may have a rival with the same idempotency key, whose answer is then its own.
func persist[R any](ctx context.Context, d *DB, keyed bool, try func() (*R, error)) (*R, error) {
	for attempt := 1; ; attempt++ {
		answer, err := try()
		switch {
		case err == nil:
			return answer, nil
		case keyed && !worthRetrying(err):
			return answerOfRival[R](ctx, d, err)
		case attempt == attempts || !worthRetrying(err):
			return nil, err
		}
		if err := pause(ctx, attempt); err != nil {
			return nil, err
		}
	}
}

// spendKey takes the call's idempotency key for a unit of work.
func spendKey(c *call.Call) error {
	keyed := c.IdempotencyKey != "" && !c.ValidateOnly
	if keyed && c.KeySpent {
		return errKeySpent
	}
	c.KeySpent = keyed
	return nil
}

// errKeySpent refuses a second unit of work under one key: it would be answered with
// what the first one stored.
var errKeySpent = errors.New("db: a call with an idempotency key has one unit of work")

func writeOnce[R any](ctx context.Context, d *DB, keyed bool, fn func(context.Context, *Tx) (*R, error)) (*R, error) {
	tx, err := d.begin(ctx, call.From(ctx), beginWrite)
	if err != nil {
		return nil, err
	}
	defer tx.rollback()
	if keyed {
		if stored, err := replayed[R](ctx, d, tx); stored != nil || err != nil {
			return stored, err
		}
	}
	answer, err := fn(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := tx.checkDepth(); err != nil {
		return nil, err
	}
	if tx.call.ValidateOnly {
		// A plain rollback would hide what deferred constraints refuse.
		_, err := tx.Exec(ctx, "set constraints all immediate")
		return answer, err
	}
	last := &pgx.Batch{}
	tx.queueEvents(last)
	if keyed {
		if err := d.queueAnswers(last, map[*call.Call]proto.Message{tx.call: any(answer).(proto.Message)}); err != nil {
			return nil, err
		}
	}
	return answer, tx.commit(ctx, last)
}

// replayed is the answer stored under the call's key, or nil.
func replayed[R any](ctx context.Context, d *DB, tx *Tx) (*R, error) {
	stored, err := d.replay(ctx, tx)
	if stored == nil || err != nil {
		return nil, err
	}
	tx.call.Replayed = true
	answer := new(R)
	return answer, proto.Unmarshal(stored, any(answer).(proto.Message))
}

// answerOfRival looks once more for the answer under the key of a call that was
// refused: a rival with the same key may have been first, and be why.
func answerOfRival[R any](ctx context.Context, d *DB, refusal error) (*R, error) {
	tx, err := d.begin(ctx, call.From(ctx), beginRead)
	if err != nil {
		return nil, refusal
	}
	defer tx.rollback()
	if answer, err := replayed[R](ctx, d, tx); answer != nil && err == nil {
		return answer, nil
	}
	return nil, refusal
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
