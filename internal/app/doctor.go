package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/secret"
	"backoffice/migrations"
)

// Migrate applies the pending migrations to the database of DATABASE_URL.
func Migrate(ctx context.Context, s Settings) error {
	if s.migrateURL() == "" {
		return errors.New("DATABASE_URL is not set; `backoffice serve` migrates the server's own PostgreSQL")
	}
	return singleLine(migrations.Run(ctx, s.migrateURL()))
}

// healthCheck is one check of the doctor. It returns the problem that it finds, or "".
type healthCheck struct {
	name string
	run  func(ctx context.Context, conn *pgx.Conn) (problem string, err error)
}

var healthChecks = []healthCheck{
	{"Open write transactions", sqlCheck(`
select case when max(now() - xact_start) > interval '1 minute'
  then 'one has been open for ' || max(now() - xact_start) ||
    '; events stored after it began are delivered when it ends' end
from pg_stat_activity
where backend_xid is not null
and pid <> pg_backend_pid()`)},
	{"Event partitions", sqlCheck(`
select case
  when to_regclass('platform.events_' || to_char(now() at time zone 'UTC' + interval '1 month', 'YYYY_MM')) is null
  then 'the partition of next month is missing; check that a server is running' end`)},
	{"Database clock", checkClock},
}

// sqlCheck returns a check that runs a query, whose only value is the problem or null.
func sqlCheck(sql string) func(context.Context, *pgx.Conn) (string, error) {
	return func(ctx context.Context, conn *pgx.Conn) (string, error) {
		var problem *string
		if err := conn.QueryRow(ctx, sql).Scan(&problem); err != nil || problem == nil {
			return "", err
		}
		return *problem, nil
	}
}

// maxSkew is the largest accepted difference between the database's clock and this machine's.
const maxSkew = 5 * time.Second

func checkClock(ctx context.Context, conn *pgx.Conn) (string, error) {
	var theirs time.Time
	err := conn.QueryRow(ctx, "select clock_timestamp()").Scan(&theirs)
	if skew := calendar.System().Now().Sub(theirs).Abs(); err == nil && skew > maxSkew {
		return fmt.Sprintf("differs from this machine's by %s", skew), nil
	}
	return "", err
}

// errProblemsFound is returned when a check of the doctor found a problem.
var errProblemsFound = errors.New("the doctor found problems; see the lines above")

// Doctor checks the database, the settings, and the books and teams of every organization. It
// writes a line for each check, and fails if one found a problem.
func Doctor(ctx context.Context, s Settings, log *slog.Logger, out io.Writer) error {
	return singleLine(runDoctor(ctx, s, log, out))
}

func runDoctor(ctx context.Context, s Settings, log *slog.Logger, out io.Writer) error {
	return withDatabase(ctx, s, log, func(conn *pgx.Conn, url string) error {
		checked := runHealthChecks(ctx, conn, out)
		keys, err := s.masterKey()
		if err != nil {
			return errors.Join(checked, err)
		}
		return errors.Join(checked, checkServing(ctx, s, url, keys, log, out), checkBooks(ctx, conn, url, keys, log, out))
	})
}

func runHealthChecks(ctx context.Context, conn *pgx.Conn, out io.Writer) error {
	failed := false
	for _, c := range healthChecks {
		problem, err := c.run(ctx, conn)
		if err != nil {
			return err
		}
		failed = failed || problem != ""
		if problem == "" {
			problem = "ok"
		}
		fmt.Fprintf(out, "%s: %s\n", c.name, problem)
	}
	if failed {
		return errProblemsFound
	}
	return nil
}

// checkServing connects to the database as serve does, which checks its roles, its durability and
// the master key, and checks that files can be stored.
func checkServing(
	ctx context.Context, s Settings, url string, keys *secret.Master, log *slog.Logger, out io.Writer,
) error {
	b := &database{url: url, log: log}
	defer b.close()
	if err := b.connect(ctx, 2, keys); err != nil {
		return err
	}
	fmt.Fprintln(out, "Database roles, durability and master key: ok")
	if _, err := s.openFiles(ctx); err != nil {
		return err
	}
	fmt.Fprintln(out, "File storage: ok")
	return nil
}
