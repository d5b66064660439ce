package testkit

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db/embedded/flock"
)

// timeout limits the creation of a database, including the start of the cluster and the migrations.
const timeout = 5 * time.Minute

// Migrate creates the schema under test in the empty database at url. It connects as the owner of
// the database, who has no superuser rights.
type Migrate = func(ctx context.Context, url string) error

// Database returns the URL of a new, migrated database for exclusive use; release drops it. The
// fingerprint identifies the schema that migrate creates. Callers with the same fingerprint share a
// template database, which is made anew each month, because it has partitions for the next months.
func Database(migrate Migrate, fingerprint string) (url string, release func(), err error) {
	c, err := checkoutCluster()
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return c.database(ctx, migrate, fingerprint)
}

func (c cluster) database(ctx context.Context, migrate Migrate, fingerprint string) (string, func(), error) {
	mutex, err := flock.Acquire(c.mutexFile())
	if err != nil {
		return "", nil, err
	}
	defer mutex.Release()
	base, running := c.findRunning()
	if !running {
		if base, err = c.startKeeper(ctx); err != nil {
			return "", nil, err
		}
	}
	conn, err := pgx.Connect(ctx, base)
	if err != nil {
		return "", nil, fmt.Errorf("cannot connect to the test cluster: %w", err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	month := time.Now().UTC().Format("2006-01")
	b := databaseMaker{cluster: c, conn: conn, base: base, template: templatePrefix + digest(fingerprint+month)}
	return b.make(ctx, migrate)
}

// The prefixes of database names: a template, a template under construction, or a copy of the
// template with the digest that follows.
const (
	templatePrefix = "tmpl_"
	buildingPrefix = "building_"
	copyPrefix     = "test_"
)

// databaseMaker creates a database. It holds the mutex, so no other process changes the set of
// databases.
type databaseMaker struct {
	cluster
	conn     *pgx.Conn
	base     string
	template string
}

func (m databaseMaker) make(ctx context.Context, migrate Migrate) (string, func(), error) {
	names, err := m.sweep(ctx)
	if err != nil {
		return "", nil, err
	}
	if !names[m.template] {
		if err := m.build(ctx, migrate); err != nil {
			return "", nil, fmt.Errorf("creating the template database: %w", err)
		}
	}
	return m.copy(ctx)
}

// build creates the template under a temporary name and renames it, so that a template with the
// final name is complete.
func (m databaseMaker) build(ctx context.Context, migrate Migrate) error {
	building := buildingPrefix + m.digest()
	if err := m.drop(ctx, building); err != nil {
		return err
	}
	if err := m.exec(ctx, "create database "+quoteName(building)); err != nil {
		return err
	}
	if err := migrate(ctx, address(m.base, building)); err != nil {
		return err
	}
	// a template can be copied only without sessions: forbid new ones, and end those of the migration
	if err := m.exec(ctx, "alter database "+quoteName(building)+" allow_connections false"); err != nil {
		return err
	}
	if err := m.disconnect(ctx, building); err != nil {
		return err
	}
	return m.exec(ctx, "alter database "+quoteName(building)+" rename to "+quoteName(m.template))
}

// disconnect closes the sessions of a database.
func (m databaseMaker) disconnect(ctx context.Context, name string) error {
	const terminate = "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where datname = $1"
	var ended int
	return m.conn.QueryRow(ctx, terminate, name).Scan(&ended)
}

// copy creates a database from the template, and its lease.
func (m databaseMaker) copy(ctx context.Context) (string, func(), error) {
	name := copyPrefix + m.digest() + "_" + uuid.NewString()[:8]
	lease, err := flock.Try(m.lease(name))
	if err != nil {
		return "", nil, err
	}
	// for 180 tables, strategy file_copy takes 50 ms and strategy wal_log 100 to 400 ms
	err = m.exec(ctx, "create database "+quoteName(name)+" template "+quoteName(m.template)+" strategy file_copy")
	if err != nil {
		_ = os.Remove(m.lease(name))
		lease.Release()
		return "", nil, err
	}
	return address(m.base, name), func() { m.release(name, lease) }, nil
}

// release drops a database. If that fails, the next sweep drops it.
func (m databaseMaker) release(name string, lease *flock.Lock) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	defer lease.Release()
	conn, err := pgx.Connect(ctx, m.base)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, "drop database if exists "+quoteName(name)+" with (force)"); err == nil {
		_ = os.Remove(m.lease(name))
	}
}

func (m databaseMaker) digest() string { return strings.TrimPrefix(m.template, templatePrefix) }

func (m databaseMaker) drop(ctx context.Context, name string) error {
	return m.exec(ctx, "drop database if exists "+quoteName(name)+" with (force)")
}

func (m databaseMaker) exec(ctx context.Context, statement string) error {
	if _, err := m.conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

func quoteName(name string) string { return pgx.Identifier{name}.Sanitize() }

// address returns the URL of another database in the same cluster.
func address(base, name string) string {
	parsed, err := url.Parse(base)
	if err != nil {
		return base // an invalid URL from the keeper: connecting will report it
	}
	parsed.Path = "/" + name
	return parsed.String()
}
