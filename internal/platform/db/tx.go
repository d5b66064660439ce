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
	"backoffice/internal/platform/secret"
)

// Tx is an open transaction inside one organization. A function that takes a Tx neither begins nor
// ends the transaction. Tx implements pgx.Tx for libraries that need one.
type Tx struct {
	conn   *pgxpool.Conn
	call   *call.Call
	kinds  *Kinds
	keys   *secret.Master
	events []recordedEvent
	open   bool
	// openingStatements begin the transaction and are sent with the first statement. pending is
	// sent with the next statement.
	openingStatements []string
	pending           pgx.Batch
	// failure is the error that keeps the transaction from being committed.
	failure error
	locks   locks
	// lastSeq is the last number that NextSeqs returned.
	lastSeq int64
	// locals are the values of TxLocal, by type.
	locals map[reflect.Type]any
	// beforeCommit are the functions of BeforeCommit that have not run yet.
	beforeCommit []func(context.Context, *Tx) error
}

// rollbackTimeout limits the rollback. The rollback has a separate context, so that it also runs if
// the caller hung up.
const rollbackTimeout = 5 * time.Second

// errManagedTransaction refuses to begin or end a transaction inside Write or Read.
var errManagedTransaction = errors.New("db: only Write and Read begin and end transactions")

const (
	beginWrite = "begin"
	beginRead  = "begin isolation level repeatable read read only"
)

// begin opens a transaction and enters the organization. Both statements are sent in the round trip
// of the first statement. They are not prepared, since a prepared statement for each organization
// would fill up the connection. The organization id is formatted from a UUID, so that it needs no
// quoting.
func (d *DB) begin(ctx context.Context, c *call.Call, begin string) (*Tx, error) {
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	enter := "set local app.org_id = '" + c.Organization.ID.String() + "'"
	return &Tx{
		conn: conn, call: c, kinds: d.kinds, keys: d.keys, open: true, openingStatements: []string{begin, enter},
	}, nil
}

// rollback ends the transaction, if it is open, and releases the connection.
func (tx *Tx) rollback() {
	if !tx.open {
		return
	}
	tx.open = false
	defer tx.conn.Release()
	if tx.openingStatements != nil {
		return // nothing was sent
	}
	ctx, cancel := context.WithTimeout(context.Background(), rollbackTimeout)
	defer cancel()
	if _, err := tx.conn.Exec(ctx, "rollback"); err != nil {
		// A connection in an unknown state must not be used again.
		_ = tx.conn.Conn().Close(ctx)
	}
}

// errRolledBack is the error of a commit after a failed statement whose error was ignored:
// PostgreSQL rolls back and reports no error.
var errRolledBack = errors.New("db: a statement failed, so the transaction was rolled back")

// commit sends the last statements and commits the transaction. If it fails, the outcome of the
// commit is unknown, unless the error comes from PostgreSQL.
func (tx *Tx) commit(ctx context.Context, last *pgx.Batch) error {
	var tag pgconn.CommandTag
	last.Queue("commit").Exec(func(t pgconn.CommandTag) error {
		tag = t
		return nil
	})
	err := tx.Send(ctx, last)
	switch {
	case tag.String() == "COMMIT":
		// It is committed even if the connection failed afterward.
		tx.open = false
		tx.conn.Release()
		return nil
	case tx.failure != nil:
		return tx.failure
	case err != nil:
		return commitError(err)
	}
	return errRolledBack
}

// commitError returns the error of a failed commit: that of PostgreSQL, or one that says that the
// outcome is unknown.
func commitError(err error) error {
	var refusal *pgconn.PgError
	if errors.As(err, &refusal) {
		return err
	}
	e := fault.New(codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE,
		"It is not known whether this was stored. Retry with the same idempotency key, or check before trying again.")
	e.Cause = err
	return e
}

// Call returns the call that the transaction works for.
func (tx *Tx) Call() *call.Call { return tx.call }

// Keys returns the keys that seal values and keysets.
func (tx *Tx) Keys() *secret.Master { return tx.keys }

// ActAs makes the transaction work for another call of the same organization, which then causes the
// events. A group works for several calls, and a long operation for the person who began it.
func (tx *Tx) ActAs(c *call.Call) { tx.call = c }

// TxLocal returns the transaction's T, zero at first. A package uses it to remember what it did
// earlier in the same transaction.
func TxLocal[T any](tx *Tx) *T {
	key := reflect.TypeFor[T]()
	local, known := tx.locals[key].(*T)
	if !known {
		local = new(T)
		if tx.locals == nil {
			tx.locals = map[reflect.Type]any{}
		}
		tx.locals[key] = local
	}
	return local
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
		return failedRows{err: err}, err
	}
	return tx.conn.Query(ctx, sql, args...)
}

// ExecReplanned runs a statement with a plan for its arguments; see QueryReplanned.
func (tx *Tx) ExecReplanned(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return tx.Exec(ctx, sql, append([]any{pgx.QueryExecModeDescribeExec}, args...)...)
}

// QueryReplanned runs a query with a plan for its arguments and for the size that its tables have
// now, at the cost of a round trip. Use it if the work of a bad plan grows with the product of the
// argument's length and the table's rows.
//
// PostgreSQL plans a prepared statement without its arguments after a few executions, and keeps the
// plan until the table is analyzed. A plan for a table of ten rows may look up each of five
// thousand values by an index that leads to all rows of the organization. With the values of an
// array, PostgreSQL can also hash them, so that no plan compares each value with each row.
func (tx *Tx) QueryReplanned(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return tx.Query(ctx, sql, append([]any{pgx.QueryExecModeDescribeExec}, args...)...)
}

// Collect runs a query and returns each row as a T, whose fields are the columns by name.
func Collect[T any](ctx context.Context, tx *Tx, sql string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}

// CollectColumn runs a query and returns its only column.
func CollectColumn[T any](ctx context.Context, tx *Tx, sql string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}

// CollectMap runs a query of two columns and returns the second by the first.
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
		return firstRow{failedRows{err: err}}
	}
	return tx.conn.QueryRow(ctx, sql, args...)
}

// SendBatch implements pgx.Tx. Code of this project uses Send.
func (tx *Tx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	if err := tx.Flush(ctx); err != nil {
		return &pipelineResults{err: err}
	}
	return tx.conn.SendBatch(ctx, b)
}

// CopyFrom implements pgx.Tx.
func (tx *Tx) CopyFrom(
	ctx context.Context, table pgx.Identifier, columns []string, src pgx.CopyFromSource,
) (int64, error) {
	if err := tx.Flush(ctx); err != nil {
		return 0, err
	}
	return tx.conn.CopyFrom(ctx, table, columns, src)
}

// Prepare prepares a statement.
func (tx *Tx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return tx.conn.Conn().Prepare(ctx, name, sql)
}

// LargeObjects implements pgx.Tx. The product stores none.
func (tx *Tx) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

// Conn returns the connection.
func (tx *Tx) Conn() *pgx.Conn { return tx.conn.Conn() }

// Begin always fails: transactions are not nested.
func (tx *Tx) Begin(context.Context) (pgx.Tx, error) { return nil, errManagedTransaction }

// Commit always fails: Write commits.
func (tx *Tx) Commit(context.Context) error { return errManagedTransaction }

// Rollback always fails: Write and Read roll back.
func (tx *Tx) Rollback(context.Context) error { return errManagedTransaction }

var _ pgx.Tx = (*Tx)(nil)
