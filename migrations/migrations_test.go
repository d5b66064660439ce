package migrations

import (
	"context"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"backoffice/internal/platform/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Run(m)) }

// TestRunOutOfOrder migrates a database that has later migrations and lacks an earlier one. This
// happens after a domain adds a migration in its range of numbers.
func TestRunOutOfOrder(t *testing.T) {
	t.Parallel()
	// The last migration of operations: those of people do not depend on it.
	names, err := fs.Glob(files, "*_operations_*.sql")
	if err != nil {
		t.Fatal(err)
	}
	url := databaseWithout(t, names[len(names)-1])
	if n, err := Pending(t.Context(), url); err != nil || n != 1 {
		t.Fatalf("got %d pending migrations, %v, want 1", n, err)
	}
	if err := Run(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	if n, err := Pending(t.Context(), url); err != nil || n != 0 {
		t.Errorf("got %d pending migrations, %v, want 0", n, err)
	}
}

// TestStatisticsOfOrganizationsAreRemoved analyzes a database that still keeps planner statistics
// of org_id and migrates it. The migration must remove them and keep row-level security.
func TestStatisticsOfOrganizationsAreRemoved(t *testing.T) {
	t.Parallel()
	url := databaseWithout(t, "0005_platform_statistics.sql", "0011_platform_distribution.sql")
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	const insertRows = `
insert into finance.rollup_watermarks
select gen_random_uuid(), 0, 0
from generate_series(1, 9);
analyze`
	if _, err := conn.Exec(t.Context(), insertRows); err != nil {
		t.Fatal(err)
	}
	count := func(sql string) (n int) {
		if err := conn.QueryRow(t.Context(), sql).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	const (
		countStatistics = "select count(*) from pg_stats where attname = 'org_id'"
		countPolicies   = "select count(*) from pg_policy where polname = 'tenant'"
	)
	statistics, policies := count(countStatistics), count(countPolicies)
	if err := Run(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	if n := count(countStatistics); statistics == 0 || n != 0 {
		t.Errorf("got statistics of %d columns, want 0; there were %d before", n, statistics)
	}
	if n := count(countPolicies); policies == 0 || n != policies {
		t.Errorf("got row-level security on %d tables, want %d", n, policies)
	}
}

// databaseWithout returns the URL of a database that has all migrations except the named ones.
func databaseWithout(t *testing.T, names ...string) string {
	t.Helper()
	migrate := func(ctx context.Context, url string) error { return runWithout(ctx, url, names) }
	url, release, err := testkit.Database(migrate, "without-"+strings.Join(names, "-"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	return url
}

func runWithout(ctx context.Context, url string, without []string) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return err
	}
	some := fstest.MapFS{}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		if !slices.Contains(without, name) {
			some[name] = &fstest.MapFile{Data: text}
		}
	}
	pool := stdlib.OpenDB(*config)
	defer pool.Close()
	p, err := newProvider(pool, some)
	if err == nil {
		_, err = p.Up(ctx)
	}
	return err
}

// queryStrings returns the rows of a query with one text column.
func queryStrings(t *testing.T, conn *pgx.Conn, sql string) (out []string) {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql)
	if err == nil {
		out, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestDueChoresAreKept migrates a database whose queue has unfinished chores and in which an
// operation is running.
func TestDueChoresAreKept(t *testing.T) {
	t.Parallel()
	url := databaseWithout(t, "0009_platform_chores.sql", "0179_finance_payees.sql")
	if err := migrateQueue(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), `
insert into river.river_job (kind, args, state, max_attempts, queue, finalized_at)
select kind, format('{"chore": "%s", "organization": "018f0000-0000-7000-8000-000000000000"}', chore)::jsonb,
  state::river.river_job_state, 25, 'default', finalized
from (values
  ('chore', 'seal', 'available', null),
  ('chore', 'seal', 'retryable', null),
  ('chore', 'roll-up', 'completed', now()),
  ('watch', '', 'available', null),
  ('event', '', 'available', null)
) as j (kind, chore, state, finalized);
insert into platform.operations (org_id, id, version, create_time, update_time,
  method, state, done_count, total_count, result_id)
values ('018f0000-0000-7000-8000-000000000001', gen_random_uuid(), 1, now(), now(),
  'm', 'RUNNING', 0, 1, 'r')`); err != nil {
		t.Fatal(err)
	}
	if err := Run(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	want := []string{"018f0000-0000-7000-8000-000000000000 seal", "018f0000-0000-7000-8000-000000000001 operations"}
	got := queryStrings(t, conn, "select org_id || ' ' || chore from platform.chores where due_time is not null order by 1")
	if !slices.Equal(got, want) {
		t.Errorf("got the due chores %v, want %v", got, want)
	}
	if got := queryStrings(t, conn, "select kind from river.river_job"); !slices.Equal(got, []string{"event"}) {
		t.Errorf("got the jobs %v, want only the event", got)
	}
}
