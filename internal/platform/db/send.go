package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// Pending are statements that wait to be sent with the next ones, or with the commit,
// so that they cost no round trip of their own. What they refuse is said there.
func (tx *Tx) Pending() *pgx.Batch { return &tx.ahead }

// Send runs several statements in one round trip and calls their functions with what
// they answered. What waits goes before them: the beginning of the transaction, and
// what is Ahead. The functions are not called after the first error. Statements that
// cannot be prepared fail the transaction, which the database may not have heard of yet.
func (tx *Tx) Send(ctx context.Context, b *pgx.Batch) error {
	if tx.failure != nil {
		return tx.failure
	}
	queries := append(tx.ahead.QueuedQueries, b.QueuedQueries...)
	tx.ahead = pgx.Batch{}
	calls, err := prepare(ctx, tx.conn.Conn(), queries)
	if err != nil {
		tx.failure = err
		return err
	}
	pipeline := tx.conn.Conn().PgConn().StartPipeline(ctx)
	results := &answers{pipeline: pipeline, types: tx.conn.Conn().TypeMap()}
	opening := tx.opening
	tx.opening = nil
	for _, statement := range opening {
		pipeline.SendQueryParams(statement, nil, nil, nil, nil)
	}
	for _, c := range calls {
		pipeline.SendQueryPrepared(c.statement.Name, c.ParamValues, c.ParamFormats, c.ResultFormats)
	}
	err = pipeline.Sync()
	for range opening {
		if err == nil {
			_, err = results.Exec()
		}
	}
	for _, q := range queries {
		if err == nil {
			err = results.take(q)
		}
	}
	return errors.Join(err, results.Close())
}

// Flush sends what waits, if anything does.
func (tx *Tx) Flush(ctx context.Context) error {
	if len(tx.opening) == 0 && tx.ahead.Len() == 0 {
		return nil
	}
	return tx.Send(ctx, &pgx.Batch{})
}

// prepared is a statement that the connection knows, with its arguments encoded.
type prepared struct {
	pgx.ExtendedQueryBuilder
	statement *pgconn.StatementDescription
}

// prepare encodes the queries, whose statements are prepared once a connection.
func prepare(ctx context.Context, conn *pgx.Conn, queries []*pgx.QueuedQuery) ([]prepared, error) {
	out := make([]prepared, len(queries))
	for i, q := range queries {
		var err error
		if out[i].statement, err = conn.Prepare(ctx, q.SQL, q.SQL); err != nil {
			return nil, err
		}
		if err := out[i].Build(conn.TypeMap(), out[i].statement, q.Arguments); err != nil {
			return nil, fmt.Errorf("%w: in %s", err, q.SQL)
		}
	}
	return out, nil
}

// answers reads what a pipeline's statements answer, in their order.
type answers struct {
	pipeline *pgconn.Pipeline
	types    *pgtype.Map
	// err says why there is no pipeline.
	err error
}

// take reads the answer to a query, with the query's own function if it has one.
func (a *answers) take(q *pgx.QueuedQuery) error {
	if q.Fn != nil {
		return q.Fn(a)
	}
	_, err := a.Exec()
	return err
}

func (a *answers) next() (*pgconn.ResultReader, error) {
	if a.err != nil {
		return nil, a.err
	}
	result, err := a.pipeline.GetResults()
	if err != nil {
		return nil, err
	}
	reader, ok := result.(*pgconn.ResultReader)
	if !ok {
		return nil, fmt.Errorf("db: a pipeline answered %T in place of a result", result)
	}
	return reader, nil
}

// Exec implements pgx.BatchResults.
func (a *answers) Exec() (pgconn.CommandTag, error) {
	reader, err := a.next()
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	return reader.Close()
}

// Query implements pgx.BatchResults. The rows say what is wrong too.
func (a *answers) Query() (pgx.Rows, error) {
	reader, err := a.next()
	if err != nil {
		return refused{err: err}, err
	}
	return pgx.RowsFromResultReader(a.types, reader), nil
}

// QueryRow implements pgx.BatchResults.
func (a *answers) QueryRow() pgx.Row {
	rows, _ := a.Query()
	return onlyRow{rows}
}

// Close implements pgx.BatchResults.
func (a *answers) Close() error {
	if a.err != nil {
		return a.err
	}
	return a.pipeline.Close()
}

// onlyRow is the first of some rows.
type onlyRow struct{ rows pgx.Rows }

// Scan implements pgx.Row.
func (r onlyRow) Scan(dest ...any) error {
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return pgx.ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	r.rows.Close()
	return r.rows.Err()
}

// refused are the rows of a query that failed.
type refused struct {
	pgx.Rows
	err error
}

// Next implements pgx.Rows.
func (refused) Next() bool { return false }

// Close implements pgx.Rows.
func (refused) Close() {}

// Err implements pgx.Rows.
func (r refused) Err() error { return r.err }
