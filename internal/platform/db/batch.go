package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// Pending returns the batch of statements that are sent with the next ones, or with the commit, so
// that they cost no round trip. Their errors are returned there.
func (tx *Tx) Pending() *pgx.Batch { return &tx.pending }

// Send runs several statements in one round trip and calls the function of each with its result. It
// first sends the statements that begin the transaction, if they were not sent yet, and the Pending
// ones. After the first error no more functions are called. If a statement cannot be prepared, the
// transaction cannot be committed even if the caller ignores the error: PostgreSQL may not know of
// the failure.
func (tx *Tx) Send(ctx context.Context, b *pgx.Batch) error {
	if tx.failure != nil {
		return tx.failure
	}
	queries := append(tx.pending.QueuedQueries, b.QueuedQueries...)
	tx.pending = pgx.Batch{}
	calls, err := prepare(ctx, tx.conn.Conn(), queries)
	if err != nil {
		tx.failure = err
		return err
	}
	pipeline := tx.conn.Conn().PgConn().StartPipeline(ctx)
	results := &pipelineResults{pipeline: pipeline, types: tx.conn.Conn().TypeMap()}
	opening := tx.openingStatements
	tx.openingStatements = nil
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
			err = results.read(q)
		}
	}
	return errors.Join(err, results.Close())
}

// Flush sends the pending statements, if there are any.
func (tx *Tx) Flush(ctx context.Context) error {
	if len(tx.openingStatements) == 0 && tx.pending.Len() == 0 {
		return nil
	}
	return tx.Send(ctx, &pgx.Batch{})
}

// prepared is a prepared statement with its encoded arguments.
type prepared struct {
	pgx.ExtendedQueryBuilder
	statement *pgconn.StatementDescription
}

// prepare prepares the statements of the queries, once per connection, and encodes their arguments.
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

// pipelineResults reads the results of a pipeline's statements, in order.
type pipelineResults struct {
	pipeline *pgconn.Pipeline
	types    *pgtype.Map
	// err says why there is no pipeline.
	err error
}

// read reads the result of a query, with the query's own function if it has one.
func (r *pipelineResults) read(q *pgx.QueuedQuery) error {
	if q.Fn != nil {
		return q.Fn(r)
	}
	_, err := r.Exec()
	return err
}

// nextResult returns the reader of the next result.
func (r *pipelineResults) nextResult() (*pgconn.ResultReader, error) {
	if r.err != nil {
		return nil, r.err
	}
	result, err := r.pipeline.GetResults()
	if err != nil {
		return nil, err
	}
	reader, ok := result.(*pgconn.ResultReader)
	if !ok {
		return nil, fmt.Errorf("db: a pipeline returned %T instead of a result", result)
	}
	return reader, nil
}

// Exec implements pgx.BatchResults.
func (r *pipelineResults) Exec() (pgconn.CommandTag, error) {
	reader, err := r.nextResult()
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	return reader.Close()
}

// Query implements pgx.BatchResults. The rows return the error too.
func (r *pipelineResults) Query() (pgx.Rows, error) {
	reader, err := r.nextResult()
	if err != nil {
		return failedRows{err: err}, err
	}
	return pgx.RowsFromResultReader(r.types, reader), nil
}

// QueryRow implements pgx.BatchResults.
func (r *pipelineResults) QueryRow() pgx.Row {
	rows, _ := r.Query()
	return firstRow{rows}
}

// Close implements pgx.BatchResults.
func (r *pipelineResults) Close() error {
	if r.err != nil {
		return r.err
	}
	return r.pipeline.Close()
}

// firstRow is the first of several rows.
type firstRow struct{ rows pgx.Rows }

// Scan implements pgx.Row.
func (r firstRow) Scan(dest ...any) error {
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

// failedRows are the rows of a query that failed.
type failedRows struct {
	pgx.Rows
	err error
}

// Next implements pgx.Rows.
func (failedRows) Next() bool { return false }

// Close implements pgx.Rows.
func (failedRows) Close() {}

// Err implements pgx.Rows.
func (r failedRows) Err() error { return r.err }
