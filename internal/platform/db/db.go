// Package db owns the connections to PostgreSQL and the unit of work: one transaction that stores a
// call's rows, its events and its idempotent response together or not at all, inside one
// organization. Nothing is acknowledged before it is committed, and no statement runs outside the
// caller's organization. What the rows mean is left to table and the packages above.
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

// RelayRole is the role that reads the events of all organizations.
const RelayRole = "backoffice_relay"

// Time limits of statements and connections, all below the deadline of a request.
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

// undefinedFile is the SQLSTATE of a statement for which PostgreSQL lacks a file of its
// installation.
const undefinedFile = "58P01"

// An Option changes how a DB connects.
type Option func(*pgxpool.Config)

// OnMissingFile calls fn when a statement fails because PostgreSQL cannot open a file of its
// installation. This happens to a server whose libraries are replaced while it runs.
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

// Open connects to url as role and checks that row-level security binds the role. Its error is one
// line that says what to fix.
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
		// Otherwise pgx sends a uuid.UUID as text, after a failed attempt to encode it.
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
	if err := d.checkAppRole(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return d, nil
}

// enterRole sets the role and the limits of a session. Because they last for the whole session, a
// pooler in between must pool sessions, not transactions. They are set by statements and not by
// startup options, because poolers refuse options they do not know. Parallel query is off, so that
// few connections use few processors. JIT is off because compiling takes longer than it saves.
func enterRole(ctx context.Context, conn *pgx.Conn, role string) error {
	_, err := conn.Exec(ctx, fmt.Sprintf(
		"set role %s; set statement_timeout = '%s'; set lock_timeout = '%s'; "+
			"set idle_in_transaction_session_timeout = '%s'; set time zone 'UTC'; "+
			"set max_parallel_workers_per_gather = 0; set jit = off",
		pgx.Identifier{role}.Sanitize(), statementTimeout, lockTimeout, idleTimeout))
	return err
}

const selectRoleRights = `
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

// checkAppRole refuses a role that row-level security would not bind.
func (d *DB) checkAppRole(ctx context.Context) error {
	var bypasses, owns bool
	if err := d.pool.QueryRow(ctx, selectRoleRights).Scan(&bypasses, &owns); err != nil {
		return unreachableError(err)
	}
	if bypasses || owns {
		return errors.New("the database role is superuser, bypasses row-level security or owns the tables, " +
			"so organizations would not be isolated; use a role that does none of these")
	}
	return nil
}

func unreachableError(err error) error {
	return fmt.Errorf("the database cannot be reached: %w", err)
}

// Close closes all connections. It waits for those in use.
func (d *DB) Close() { d.pool.Close() }

// AcrossOrganizations runs fn in a transaction that belongs to no organization. It is for the few
// tables that are read before the organization is known, and for the relay.
func (d *DB) AcrossOrganizations(ctx context.Context, fn func(context.Context, pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error { return fn(ctx, tx) })
}

// Pool returns the connections for libraries with their own transactions, such as the job queue.
// All other code uses Write and Read.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Keys returns the keys that seal page tokens, idempotent responses and keysets.
func (d *DB) Keys() *secret.Master { return d.keys }
