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
	"backoffice/internal/platform/db/embedded"
	"backoffice/internal/platform/secret"
	"backoffice/migrations"
)

// Migrate brings the database of DATABASE_URL up to date.
func Migrate(ctx context.Context, s Settings) error {
	if s.migrateURL() == "" {
		return errors.New("DATABASE_URL is not set; the server's own PostgreSQL is migrated by serve")
	}
	return inOneLine(migrations.Run(ctx, s.migrateURL()))
}

// finding is one line of the doctor's: a question and, if all is well, an empty
// answer.
type finding struct {
	question string
	ask      func(ctx context.Context, conn *pgx.Conn) (wrong string, err error)
}

// findings are the questions that SQL answers, each by a sentence about what is
// wrong, or nothing.
var findings = []finding{
	{"Is the history's horizon near?", sentence(`
select case when max(now() - xact_start) > interval '1 minute'
  then 'a write transaction has been open for ' || max(now() - xact_start) || '; readers of the history wait for it' end
from pg_stat_activity
where backend_xid is not null
and pid <> pg_backend_pid()`)},
	{"Are partitions of the history made ahead?", sentence(`
select case when to_regclass('platform.events_' || to_char(now() at time zone 'UTC' + interval '1 month', 'YYYY_MM')) is null
  then 'next month has none; is a server running?' end`)},
}

func sentence(sql string) func(context.Context, *pgx.Conn) (string, error) {
	return func(ctx context.Context, conn *pgx.Conn) (string, error) {
		var wrong *string
		if err := conn.QueryRow(ctx, sql).Scan(&wrong); err != nil || wrong == nil {
			return "", err
		}
		return *wrong, nil
	}
}

// maxSkew is how far the database's clock may be from this machine's.
const maxSkew = 5 * time.Second

func clocksAgree(ctx context.Context, conn *pgx.Conn) (string, error) {
	var theirs time.Time
	err := conn.QueryRow(ctx, "select clock_timestamp()").Scan(&theirs)
	if skew := calendar.System().Now().Sub(theirs).Abs(); err == nil && skew > maxSkew {
		return fmt.Sprintf("they differ by %s", skew), nil
	}
	return "", err
}

// errUnwell is returned when the doctor found something wrong.
var errUnwell = errors.New("something is wrong; see above")

// Doctor asks whether the database, the settings and the books are well, and writes
// a line for each question.
func Doctor(ctx context.Context, s Settings, log *slog.Logger, out io.Writer) error {
	return inOneLine(examine(ctx, s, log, out))
}

func examine(ctx context.Context, s Settings, log *slog.Logger, out io.Writer) error {
	url := s.migrateURL()
	if url == "" {
		server, err := embedded.Start(ctx, embedded.Config{DataDir: s.DataDir, Logger: log})
		if err != nil {
			return err
		}
		defer func() { _ = server.Stop(context.WithoutCancel(ctx)) }()
		url = server.URL()
	}
	pending, err := migrations.Pending(ctx, url)
	if err != nil {
		return err
	}
	if pending > 0 {
		return fmt.Errorf("%d migrations are pending: run `backoffice migrate`", pending)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("the database cannot be reached: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if s.DatabaseURL != "" {
		url = s.DatabaseURL // as serve does, which need not be the login that migrates
	}
	asked := askAll(ctx, conn, out)
	keys, err := s.masterKey()
	if err != nil {
		return errors.Join(asked, err)
	}
	return errors.Join(asked, checkServing(ctx, s, url, keys, log, out), checkBooks(ctx, conn, url, keys, log, out))
}

func askAll(ctx context.Context, conn *pgx.Conn, out io.Writer) error {
	unwell := false
	for _, f := range append(findings, finding{"Do the database's clock and ours agree?", clocksAgree}) {
		wrong, err := f.ask(ctx, conn)
		if err != nil {
			return err
		}
		unwell = unwell || wrong != ""
		if wrong == "" {
			wrong = "yes"
		}
		fmt.Fprintf(out, "%s %s\n", f.question, wrong)
	}
	if unwell {
		return errUnwell
	}
	return nil
}

// checkServing connects as serve does: roles, durability, the master key and the files.
func checkServing(ctx context.Context, s Settings, url string, keys *secret.Master, log *slog.Logger, out io.Writer) error {
	b := &database{url: url, log: log}
	defer b.close()
	if err := b.connect(ctx, 2, keys); err != nil {
		return err
	}
	fmt.Fprintln(out, "Are roles, durability and the master key as they must be? yes")
	if _, err := s.openFiles(ctx); err != nil {
		return err
	}
	fmt.Fprintln(out, "Can files be kept? yes")
	return nil
}
