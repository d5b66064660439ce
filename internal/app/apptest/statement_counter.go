package apptest

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/secret"
)

// StatementCounter counts the SQL statements of an app. It implements pgx.QueryTracer and
// pgx.BatchTracer.
type StatementCounter struct{ n atomic.Int64 }

// NewCounting creates an app like New, whose SQL statements are counted.
func NewCounting(t testing.TB) (*module.App, *StatementCounter) {
	t.Helper()
	c := &StatementCounter{}
	keys, err := secret.New(make([]byte, secret.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), open(t).url, db.AppRole, 4, keys, quiet(), func(config *pgxpool.Config) {
		config.ConnConfig.Tracer = c
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	a, err := module.New(context.Background(), d, module.Options{
		Modules: slices.Clip(modules), Clock: calendar.System(), Log: quiet(), Files: files.Folder(open(t).folder),
	})
	if err != nil {
		t.Fatal(fmt.Errorf("wiring the app: %w", err))
	}
	return a, c
}

// Count returns the number of statements that run sends.
func (c *StatementCounter) Count(run func()) int64 {
	before := c.n.Load()
	run()
	return c.n.Load() - before
}

// TraceQueryStart counts a statement.
func (c *StatementCounter) TraceQueryStart(
	ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData,
) context.Context {
	c.n.Add(1)
	return ctx
}

// TraceQueryEnd does nothing.
func (c *StatementCounter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart does nothing, because the statements of a batch are counted one by one.
func (c *StatementCounter) TraceBatchStart(
	ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData,
) context.Context {
	return ctx
}

// TraceBatchQuery counts a statement of a batch.
func (c *StatementCounter) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {
	c.n.Add(1)
}

// TraceBatchEnd does nothing.
func (c *StatementCounter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}
