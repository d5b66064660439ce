// Package db owns the connections to Postgres and the unit of work: one transaction
// in which a call's rows, its events and its idempotent answer are stored together
// or not at all, inside one organization. It promises that nothing is acknowledged
// before it is committed and that no statement runs outside the caller's
// organization. What the rows mean is left to table and everything above.
package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	pgxuuid "github.com/vgarvardt/pgx-google-uuid/v5"

	"backoffice/internal/platform/secret"
)

// AppRole is the role that serves requests; row-level security binds it.
const AppRole = "backoffice_app"

// RelayRole is the role that reads the history of all organizations.
const RelayRole = "backoffice_relay"

// Limits on what a statement may take, all below the deadline of a request.
const (
	statementTimeout = "20s"
	lockTimeout      = "10s"
	idleTimeout      = "10s"
	connectTimeout   = 5 * time.Second
)

// DB is the database as the server uses it.
type DB struct {
	pool  *pgxpool.Pool
	keys  *secret.Master
	log   *slog.Logger
	kinds *Kinds
	probe probe
}

// undefinedFile is the SQLSTATE of a statement that lacks a file of the server's own.
const undefinedFile = "58P01"

// An Option changes how a DB connects.
type Option func(*pgxpool.Config)

// OnMissingFile calls fn when a statement fails because PostgreSQL cannot open a file of
// its own, as happens to one whose libraries were replaced while it runs.
func OnMissingFile(fn func()) Option {
	return func(config *pgxpool.Config) {
		usual := config.ConnConfig.OnPgError
		config.ConnConfig.OnPgError = func(conn *pgconn.PgConn, e *pgconn.PgError) bool {
			if e.Code == undefinedFile {
				fn()
			}
			return usual(conn, e)
		}
	}
}

// Open connects to url as role and checks that the role is bound by row-level
// security. Its error is one line that says what to mend.
func Open(
	ctx context.Context, url, role string, conns int32, keys *secret.Master, log *slog.Logger, options ...Option,
) (*DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("the database URL cannot be read: %w", err)
	}
	config.MaxConns = conns
	config.MinIdleConns = min(conns, 2)
	config.ConnConfig.ConnectTimeout = connectTimeout
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		// Without it a uuid.UUID is sent as text, by way of an error at each try.
		pgxuuid.Register(conn.TypeMap())
		return enterRole(ctx, conn, role)
	}
	for _, option := range options {
		option(config)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	d := &DB{pool: pool, keys: keys, log: log, kinds: NewKinds()}
	if err := d.check(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return d, nil
}

// enterRole leaves the login's own rights behind for the whole session: a pooler
// between must pool sessions and not transactions. It is a statement and not a
// start-up option because poolers refuse options they do not know. A query has one
// processor, so that whoever has few connections has few processors, and is not compiled,
// which takes longer than what it would save.
func enterRole(ctx context.Context, conn *pgx.Conn, role string) error {
	_, err := conn.Exec(ctx, fmt.Sprintf(
		"set role %s; set statement_timeout = '%s'; set lock_timeout = '%s'; set idle_in_transaction_session_timeout = '%s'; set time zone 'UTC'; "+
			"set max_parallel_workers_per_gather = 0; set jit = off",
		pgx.Identifier{role}.Sanitize(), statementTimeout, lockTimeout, idleTimeout))
	return err
}

const checkRole = `
select
  r.rolsuper or r.rolbypassrls,
  exists (
    select from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relowner = r.oid
    and c.relrowsecurity
  )
from pg_roles r
where r.rolname = current_user`

// check refuses a role that row-level security would not bind.
func (d *DB) check(ctx context.Context) error {
	var bypasses, owns bool
	if err := d.pool.QueryRow(ctx, checkRole).Scan(&bypasses, &owns); err != nil {
		return unreachable(err)
	}
	if bypasses || owns {
		return errors.New("the database role is superuser, bypasses row-level security or owns the tables: organizations would not be kept apart; use a role that does none of these")
	}
	return nil
}

func unreachable(err error) error {
	return fmt.Errorf("the database cannot be reached: %w", err)
}

// Close closes all connections, waiting for those in use.
func (d *DB) Close() { d.pool.Close() }

// AcrossOrganizations runs fn in a transaction of no organization, for the few tables that are
// read before an organization is known, and for the relay.
func (d *DB) AcrossOrganizations(ctx context.Context, fn func(context.Context, pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error { return fn(ctx, tx) })
}

// Pool is for what brings its own statements and transactions, as the job queue
// does. Everything else goes through Write and Read.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Keys are the keys by which page tokens and idempotent answers are sealed.
func (d *DB) Keys() *secret.Master { return d.keys }
