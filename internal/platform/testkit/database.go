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

// patience bounds the making of a database, the start of the cluster and the migrations included.
const patience = 5 * time.Minute

// Migrate brings the empty database at url to the schema under test; the role it connects as owns the database and is no
// superuser.
type Migrate = func(ctx context.Context, url string) error

// Database returns a database of the caller's own, migrated; release drops it. The fingerprint names the schema that
// migrate makes: callers with the same one share the work.
func Database(migrate Migrate, fingerprint string) (url string, release func(), err error) {
	c, err := checkoutCluster()
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return c.database(ctx, migrate, fingerprint)
}

func (c cluster) database(ctx context.Context, migrate Migrate, fingerprint string) (string, func(), error) {
	door, err := flock.Acquire(c.door())
	if err != nil {
		return "", nil, err
	}
	defer door.Release()
	base, running := c.running()
	if !running {
		if base, err = c.startKeeper(ctx); err != nil {
			return "", nil, err
		}
	}
	conn, err := pgx.Connect(ctx, base)
	if err != nil {
		return "", nil, fmt.Errorf("the test cluster does not answer: %w", err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	m := maker{cluster: c, conn: conn, base: base, template: templatePrefix + digest(fingerprint)}
	return m.make(ctx, migrate)
}

// The names of databases tell what they are: a template, one being built, or a copy of the template with that digest.
const (
	templatePrefix = "tmpl_"
	buildingPrefix = "building_"
	copyPrefix     = "test_"
)

// maker makes one database. It works under the door, so that it is alone.
type maker struct {
	cluster
	conn     *pgx.Conn
	base     string
	template string
}

func (m maker) make(ctx context.Context, migrate Migrate) (string, func(), error) {
	names, err := m.sweep(ctx)
	if err != nil {
		return "", nil, err
	}
	if !names[m.template] {
		if err := m.build(ctx, migrate); err != nil {
			return "", nil, fmt.Errorf("the template database: %w", err)
		}
	}
	return m.copy(ctx)
}

// build makes the template under another name, so that a template that bears its name is whole.
func (m maker) build(ctx context.Context, migrate Migrate) error {
	building := buildingPrefix + m.digest()
	if err := m.drop(ctx, building); err != nil {
		return err
	}
	if err := m.exec(ctx, "create database "+quote(building)); err != nil {
		return err
	}
	if err := migrate(ctx, address(m.base, building)); err != nil {
		return err
	}
	// a copy needs a template without sessions: those of the migration end now, and no others begin
	if err := m.exec(ctx, "alter database "+quote(building)+" allow_connections false"); err != nil {
		return err
	}
	if err := m.disconnect(ctx, building); err != nil {
		return err
	}
	return m.exec(ctx, "alter database "+quote(building)+" rename to "+quote(m.template))
}

func (m maker) disconnect(ctx context.Context, name string) error {
	const sessions = "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where datname = $1"
	var ended int
	return m.conn.QueryRow(ctx, sessions, name).Scan(&ended)
}

func (m maker) copy(ctx context.Context) (string, func(), error) {
	name := copyPrefix + m.digest() + "_" + uuid.NewString()[:8]
	lease, err := flock.Try(m.lease(name))
	if err != nil {
		return "", nil, err
	}
	// copying files takes 50 ms for 180 tables, copying through the log 100 to 400 ms
	err = m.exec(ctx, "create database "+quote(name)+" template "+quote(m.template)+" strategy file_copy")
	if err != nil {
		_ = os.Remove(m.lease(name))
		lease.Release()
		return "", nil, err
	}
	return address(m.base, name), func() { m.release(name, lease) }, nil
}

// release tolerates failure: what it leaves, the next sweep drops.
func (m maker) release(name string, lease *flock.Lock) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	defer lease.Release()
	conn, err := pgx.Connect(ctx, m.base)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, "drop database if exists "+quote(name)+" with (force)"); err == nil {
		_ = os.Remove(m.lease(name))
	}
}

func (m maker) digest() string { return strings.TrimPrefix(m.template, templatePrefix) }

func (m maker) drop(ctx context.Context, name string) error {
	return m.exec(ctx, "drop database if exists "+quote(name)+" with (force)")
}

func (m maker) exec(ctx context.Context, statement string) error {
	if _, err := m.conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// address is that of another database in the same cluster.
func address(base, name string) string {
	parsed, err := url.Parse(base)
	if err != nil {
		return base // the keeper wrote it: connecting will fail and say so
	}
	parsed.Path = "/" + name
	return parsed.String()
}
