package db

import (
	"context"
	"errors"
	"math/rand/v2"
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
	for attempt := 1; ; attempt++ {
		answer, err := writeOnce(ctx, d, fn)
		if err == nil || attempt == attempts || !worthRetrying(err) {
			return answer, err
		}
		if err := pause(ctx, attempt); err != nil {
			return answer, err
		}
	}
}

func writeOnce[R any](ctx context.Context, d *DB, fn func(context.Context, *Tx) (*R, error)) (*R, error) {
	c := call.From(ctx)
	tx, err := d.begin(ctx, c, beginWrite)
	if err != nil {
		return nil, err
	}
	defer tx.rollback()

	keyed := c.IdempotencyKey != "" && !c.ValidateOnly
	if keyed {
		stored, err := d.replay(ctx, tx)
		if err != nil {
			return nil, err
		}
		if stored != nil {
			c.Replayed = true
			answer := new(R)
			return answer, proto.Unmarshal(stored, any(answer).(proto.Message))
		}
	}
	answer, err := fn(ctx, tx)
	if err != nil {
		return nil, err
	}
	if c.ValidateOnly {
		// A plain rollback would hide what deferred constraints refuse.
		_, err := tx.Exec(ctx, "set constraints all immediate")
		return answer, err
	}
	last := &pgx.Batch{}
	tx.queueEvents(last)
	if keyed {
		if err := d.queueAnswer(last, tx, any(answer).(proto.Message)); err != nil {
			return nil, err
		}
	}
	return answer, tx.commit(ctx, last)
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

// worthRetrying tells whether the database asked for another try: a serialization
// failure, a deadlock, or a rival with the same idempotency key.
func worthRetrying(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	return pg.Code == "40001" || pg.Code == "40P01" || pg.ConstraintName == idempotencyKey
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
