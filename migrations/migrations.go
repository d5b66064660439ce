// Package migrations owns the database schema: the numbered SQL files in this folder, which are
// embedded, and the code that runs them. It refuses a schema that is newer than the program.
// Concurrent runs wait for each other. What the tables mean is left to the packages that bind
// them.
package migrations

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed *.sql
var files embed.FS

// Fingerprint returns a digest of all migrations. It changes whenever a migration does.
func Fingerprint() string {
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := files.ReadFile(path)
		fmt.Fprintf(sum, "%s %d\n%s", path, len(text), text)
		return err
	})
	if err != nil {
		panic(err) // the files are in the binary
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

// Run migrates the database at url to the latest version. The login of the URL becomes the owner of
// the objects it creates. The error is one line that says what to fix.
func Run(ctx context.Context, url string) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("the database URL cannot be read: %w", err)
	}
	pool := stdlib.OpenDB(*config)
	defer pool.Close()
	provider, err := newProvider(pool, files)
	if err != nil {
		return err
	}
	if err := refuseNewer(ctx, pool, provider); err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrating the database: %w", err)
	}
	return migrateQueue(ctx, url)
}

func newProvider(pool *sql.DB, files fs.FS) (*goose.Provider, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	// Each domain has a separate range of numbers, so a later migration may have a lower number.
	return goose.NewProvider(goose.DialectPostgres, pool, files,
		goose.WithSessionLocker(locker), goose.WithAllowOutofOrder(true))
}

// refuseNewer returns an error if the database has a migration that this program does not have.
func refuseNewer(ctx context.Context, pool *sql.DB, p *goose.Provider) error {
	// GetDBVersion also creates goose's table if it does not exist.
	if _, err := p.GetDBVersion(ctx); err != nil {
		return fmt.Errorf("the database cannot be reached: %w", err)
	}
	known := []int64{0}
	for _, source := range p.ListSources() {
		known = append(known, source.Version)
	}
	var newer sql.NullInt64
	err := pool.QueryRowContext(ctx, `
select max(version_id)
from goose_db_version
where version_id <> all($1)`, known).Scan(&newer)
	if err != nil {
		return fmt.Errorf("the database cannot be reached: %w", err)
	}
	if newer.Valid {
		return fmt.Errorf("the database has migration %d, which this program does not know: run a newer program", newer.Int64)
	}
	return nil
}

// Pending returns the number of migrations that have not been run on the database.
func Pending(ctx context.Context, url string) (int, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return 0, err
	}
	pool := stdlib.OpenDB(*config)
	defer pool.Close()
	p, err := newProvider(pool, files)
	if err != nil {
		return 0, err
	}
	status, err := p.Status(ctx)
	pending := 0
	for _, s := range status {
		if s.State == goose.StatePending {
			pending++
		}
	}
	return pending, err
}

// migrateQueue creates the job queue's tables and grants the server's roles access to them.
func migrateQueue(ctx context.Context, url string) error {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: "river"})
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrating the job queue: %w", err)
	}
	_, err = pool.Exec(ctx, `
grant usage on schema river to backoffice_app, backoffice_relay;
grant select, insert, update, delete on all tables in schema river to backoffice_app;
grant insert, select on all tables in schema river to backoffice_relay;
grant usage on all sequences in schema river to backoffice_app, backoffice_relay;
grant execute on all functions in schema river to backoffice_app, backoffice_relay`)
	return err
}
