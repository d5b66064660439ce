package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/schedule"
	"backoffice/internal/platform/secret"
	"backoffice/migrations"
)

const (
	schedulesTitle = "Firing schedules due in one minute"
	dueSchedules   = 100_000
	// scheduleKind is the kind of the schedules. Its handler records an event.
	scheduleKind  = "bench"
	scheduleEvent = "bench.schedule.done"
	// scheduleConns is the number of connections of the server's pools.
	scheduleConns = 10
)

const insertOrganizations = `
insert into platform.organizations (org_id, id, version, create_time, update_time, display_name, currency_code,
  time_zone, region_code, test, fiscal_year_start_month, clock_offset_micros, link_template, legal_name, email, phone,
  website, tax_number, registration, language_code)
select o.id, o.id, 1, now(), now(), 'Bench', 'USD', 'UTC', 'US', false, 1, 0, '', '', '', '', '', '', '', ''
from (select gen_random_uuid() as id from generate_series(1, $1::integer)) o`

// insertSchedules stores monthly schedules of each organization whose times lie in the last minute.
const insertSchedules = `
insert into platform.schedules (org_id, id, version, create_time, update_time, kind, subject_id, display_name,
  recurrence, catch_up, state, rule_date, next_fire_time, failure_count)
select o.id, gen_random_uuid(), 1, now(), now(), 'bench', 'prs_01k9zzzzzzzzzzzzzzzzzzzzzz', 'Bench',
  jsonb_build_object('frequency', 'MONTHLY', 'startDate', (now() at time zone 'UTC')::date, 'timeZone', 'UTC',
    'timeOfDay', to_char(now() at time zone 'UTC' - interval '1 minute', 'HH24:MI')),
  'RUN_ONCE', 'ACTIVE', (now() at time zone 'UTC')::date, now() - random() * interval '1 minute', 0
from platform.organizations o
cross join generate_series(1, $1::integer)`

const anyDue = `
select exists (
  select
  from platform.schedules
  where due_time <= now()
)`

// compareSchedules prints how long a server takes to fire schedules that are due in one minute: all
// of one organization, and spread over many. It uses a separate database, since the server of the
// other series does not know the kind.
func compareSchedules(ctx context.Context, database, dir string, out io.Writer) error {
	fmt.Fprintf(out, "\n%-34s %13s %9s %10s %10s\n", schedulesTitle, "organizations", "schedules", "seconds", "per second")
	for _, organizations := range []int{1, 100, 10_000} {
		announce("schedules", fmt.Sprintf("organizations: %d", organizations))
		elapsed, err := fireSchedules(ctx, database, dir, organizations)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%-34s %13d %9d %10.1f %10.0f\n", "", organizations, dueSchedules, elapsed.Seconds(),
			dueSchedules/elapsed.Seconds())
	}
	return nil
}

// fireSchedules fires the schedules in a new database and returns how long that took.
func fireSchedules(ctx context.Context, cluster, dir string, organizations int) (time.Duration, error) {
	name := fmt.Sprintf("schedules_%d", organizations)
	database, err := createDatabase(ctx, cluster, name)
	if err != nil {
		return 0, err
	}
	owner, err := pgx.Connect(ctx, database)
	if err != nil {
		return 0, err
	}
	defer owner.Close(context.WithoutCancel(ctx))
	if _, err := owner.Exec(ctx, insertOrganizations, organizations); err != nil {
		return 0, err
	}
	if _, err := owner.Exec(ctx, insertSchedules, dueSchedules/organizations); err != nil {
		return 0, err
	}
	stop, err := startScheduler(ctx, database, filepath.Join(dir, name))
	if err != nil {
		return 0, err
	}
	began := time.Now()
	for range time.Tick(time.Second) {
		var left bool
		if err := owner.QueryRow(ctx, anyDue).Scan(&left); err != nil {
			return 0, errors.Join(err, stop())
		}
		if !left {
			break
		}
	}
	elapsed := time.Since(began)
	var fired int
	err = owner.QueryRow(ctx, "select count(*) from platform.events where type = $1", scheduleEvent).Scan(&fired)
	if err == nil && fired != dueSchedules {
		err = fmt.Errorf("%d of %d schedules fired", fired, dueSchedules)
	}
	return elapsed, errors.Join(err, stop())
}

// createDatabase creates a database with the product's schema and returns its URL.
func createDatabase(ctx context.Context, cluster, name string) (string, error) {
	conn, err := pgx.Connect(ctx, cluster)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize()); err != nil {
		return "", err
	}
	u, err := url.Parse(cluster)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), migrations.Run(ctx, u.String())
}

// startScheduler starts the background work of a server in this process. It returns a function that
// stops it.
func startScheduler(ctx context.Context, database, folder string) (stop func() error, err error) {
	keys, err := secret.New(make([]byte, secret.KeySize))
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	server, err := db.Open(ctx, database, db.AppRole, scheduleConns, keys, log)
	if err != nil {
		return nil, err
	}
	relay, err := db.Open(ctx, database, db.RelayRole, scheduleConns, keys, log)
	if err != nil {
		return nil, err
	}
	app, err := module.New(ctx, server, module.Options{
		Modules: []module.Constructor{benchModule}, Clock: calendar.System(), Log: log, Files: files.Folder(folder),
	})
	if err != nil {
		return nil, err
	}
	if err := app.Jobs.Start(ctx, relay); err != nil {
		return nil, err
	}
	return func() error {
		defer relay.Close()
		defer server.Close()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		return app.Jobs.Stop(ctx)
	}, nil
}

func benchModule(module.Platform) module.Module {
	return module.Module{
		Name: "bench", Events: []string{scheduleEvent},
		Schedules: []schedule.Handler{{Kind: scheduleKind, Fire: func(_ context.Context, tx *db.Tx, f schedule.Firing) error {
			tx.Record(db.Event{Type: scheduleEvent, SubjectID: f.SubjectID})
			return nil
		}}},
	}
}
