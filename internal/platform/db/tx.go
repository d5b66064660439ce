package db

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/grpc/codes"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
)

// Tx is an open transaction inside one organization. A function that takes one
// neither begins nor ends it. It implements pgx.Tx for libraries that want one.
type Tx struct {
	conn   *pgxpool.Conn
	call   *call.Call
	kinds  *Kinds
	events []recorded
	open   bool
	// opening and ahead wait to be sent with the first statement, or the next.
	opening []string
	ahead   pgx.Batch
	// failure keeps the transaction from being committed.
	failure error
	locks   locks
	// numbered is the last number that Number returned.
	numbered int64
	// kept is what packages keep for themselves, by type.
	kept map[reflect.Type]any
}

// rollbackTimeout bounds the clean-up, which runs on a context of its own: a caller
// that hung up must leave nothing behind.
const rollbackTimeout = 5 * time.Second

// errNotYours refuses to begin or end a transaction inside a unit of work.
var errNotYours = errors.New("db: only Write and Read begin and end transactions")

const (
	beginWrite = "begin"
	beginRead  = "begin isolation level repeatable read read only"
)

// begin opens a transaction and enters the organization, in the round trip of the
// first statements. The two are unnamed, since one prepared per organization would fill
// the connection; the id is formatted from a UUID, so that it needs no quoting.
func (d *DB) begin(ctx context.Context, c *call.Call, begin string) (*Tx, error) {
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	return &Tx{conn: conn, call: c, kinds: d.kinds, open: true, opening: []string{begin, "set local app.org_id = '" + c.Organization.ID.String() + "'"}}, nil
}

// rollback ends the transaction, if it is open, and gives the connection back.
func (tx *Tx) rollback() {
	if !tx.open {
		return
	}
	tx.open = false
	defer tx.conn.Release()
	if tx.opening != nil {
		return // nothing was sent
	}
	ctx, cancel := context.WithTimeout(context.Background(), rollbackTimeout)
	defer cancel()
	if _, err := tx.conn.Exec(ctx, "rollback"); err != nil {
		// A connection in an unknown state must not be used again.
		_ = tx.conn.Conn().Close(ctx)
	}
}

// errRolledBack is what a commit says when a statement failed before it and the
// failure was not heeded: Postgres rolls back and reports no error.
var errRolledBack = errors.New("db: a statement failed, so the transaction was rolled back")

// commit ends a transaction for good. After an error its outcome is unknown unless
// the error is the database's own.
func (tx *Tx) commit(ctx context.Context, last *pgx.Batch) error {
	var tag pgconn.CommandTag
	last.Queue("commit").Exec(func(t pgconn.CommandTag) error {
		tag = t
		return nil
	})
	err := tx.Send(ctx, last)
	switch {
	case tag.String() == "COMMIT":
		// Whatever became of the connection since.
		tx.open = false
		tx.conn.Release()
		return nil
	case tx.failure != nil:
		return tx.failure
	case err != nil:
		return outcome(err)
	}
	return errRolledBack
}

// outcome is what a failed commit says: the database's own refusal, or that nobody
// knows whether it took place.
func outcome(err error) error {
	var refusal *pgconn.PgError
	if errors.As(err, &refusal) {
		return err
	}
	e := fault.New(codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE,
		"It is not known whether this was stored. Retry with the same idempotency key, or look before trying again.")
	e.Cause = err
	return e
}

// Call is the call that the transaction works for.
func (tx *Tx) Call() *call.Call { return tx.call }

// ActAs makes the transaction work for another call of the same organization, whose
// events follow: a group has several, and long work is done for whoever began it.
func (tx *Tx) ActAs(c *call.Call) { tx.call = c }

// TxLocal is the transaction's own T, a zero one at first: what a package needs to know of what
// it did before in the same transaction.
func TxLocal[T any](tx *Tx) *T {
	key := reflect.TypeFor[T]()
	kept, known := tx.kept[key].(*T)
	if !known {
		kept = new(T)
		if tx.kept == nil {
			tx.kept = map[reflect.Type]any{}
		}
		tx.kept[key] = kept
	}
	return kept
}

// Exec runs a statement.
func (tx *Tx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if err := tx.Flush(ctx); err != nil {
		return pgconn.CommandTag{}, err
	}
	return tx.conn.Exec(ctx, sql, args...)
}

// Query runs a query.
func (tx *Tx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if err := tx.Flush(ctx); err != nil {
		return refused{err: err}, err
	}
	return tx.conn.Query(ctx, sql, args...)
}

// Collect runs a query and reads each row as a T, whose fields are the columns by name.
func Collect[T any](ctx context.Context, tx *Tx, sql string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}

// CollectColumn reads the only column of all rows of a query.
func CollectColumn[T any](ctx context.Context, tx *Tx, sql string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}

// CollectMap reads all rows of a query of keys and values.
func CollectMap[K comparable, V any](ctx context.Context, tx *Tx, sql string, args ...any) (map[K]V, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	found := map[K]V{}
	var key K
	var value V
	_, err = pgx.ForEachRow(rows, []any{&key, &value}, func() error {
		found[key] = value
		return nil
	})
	return found, err
}

// QueryRow runs a query for one row.
func (tx *Tx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if err := tx.Flush(ctx); err != nil {
		return onlyRow{refused{err: err}}
	}
	return tx.conn.QueryRow(ctx, sql, args...)
}

// SendBatch is part of pgx.Tx; our own statements go through Send.
func (tx *Tx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	if err := tx.Flush(ctx); err != nil {
		return &answers{err: err}
	}
	return tx.conn.SendBatch(ctx, b)
}

// CopyFrom copies rows in.
func (tx *Tx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, src pgx.CopyFromSource) (int64, error) {
	if err := tx.Flush(ctx); err != nil {
		return 0, err
	}
	return tx.conn.CopyFrom(ctx, table, columns, src)
}

// Prepare prepares a statement.
func (tx *Tx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return tx.conn.Conn().Prepare(ctx, name, sql)
}

// LargeObjects is part of pgx.Tx; the product stores none.
func (tx *Tx) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

// Conn is the connection.
func (tx *Tx) Conn() *pgx.Conn { return tx.conn.Conn() }

// Begin refuses: transactions are not nested.
func (tx *Tx) Begin(context.Context) (pgx.Tx, error) { return nil, errNotYours }

// Commit refuses: the unit of work commits.
func (tx *Tx) Commit(context.Context) error { return errNotYours }

// Rollback refuses: the unit of work rolls back.
func (tx *Tx) Rollback(context.Context) error { return errNotYours }

var _ pgx.Tx = (*Tx)(nil)
