package testkit

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db/embedded/flock"
)

// TestMain lets this binary also be the rivals that some tests start.
func TestMain(m *testing.M) {
	if dir := os.Getenv(rivalVariable); dir != "" && os.Getenv(keeperDir) == "" {
		rival(dir)
	}
	os.Exit(Run(m))
}

func TestDatabasesAreMigratedAndApart(t *testing.T) {
	t.Parallel()
	runs := 0
	migrate := func(ctx context.Context, url string) error {
		runs++
		return execute(ctx, url, "create table things (name text)")
	}
	fingerprint := t.Name() + strconv.Itoa(os.Getpid())
	var urls []string
	for range 3 {
		url, release, err := Database(migrate, fingerprint)
		if err != nil {
			t.Fatal(err)
		}
		defer release()
		urls = append(urls, url)
		mustExecute(t, url, "insert into things values ('one')")
	}
	for _, url := range urls {
		if n := number(t, url, "select count(*) from things"); n != 1 {
			t.Errorf("%s has %d things, want 1", url, n)
		}
	}
	if runs != 1 {
		t.Errorf("migrated %d times, want once", runs)
	}
	if n := number(t, urls[0], "select count(*) from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)"); n != 0 {
		t.Error("the role is a superuser or passes row-level security")
	}
	if n := number(t, urls[0], "select extract(timezone_minute from timestamptz '2026-07-01')::int % 60"); n != 45 {
		t.Errorf("the time zone's minutes are %d, want 45 as on Chatham", n)
	}
}

func TestReleaseDropsTheDatabase(t *testing.T) {
	t.Parallel()
	url, release, err := Database(nothing, "empty")
	if err != nil {
		t.Fatal(err)
	}
	open, err := pgx.Connect(t.Context(), url) // a session left open must not hinder it
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Close(context.Background()) }()
	release()
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		_ = conn.Close(t.Context())
		t.Error("the database is still there")
	}
}

func TestAFailedMigrationLeavesNoTemplate(t *testing.T) {
	t.Parallel()
	fingerprint := t.Name() + strconv.Itoa(os.Getpid())
	failure := errors.New("migration failed")
	if _, _, err := Database(func(context.Context, string) error { return failure }, fingerprint); !errors.Is(err, failure) {
		t.Fatalf("%v, want the migration's error", err)
	}
	_, release, err := Database(nothing, fingerprint)
	if err != nil {
		t.Fatalf("the next attempt: %v", err)
	}
	release()
}

func TestAMigrationMayLeaveItsSessionsOpen(t *testing.T) {
	t.Parallel()
	careless := func(ctx context.Context, url string) error {
		_, err := pgx.Connect(ctx, url)
		return err
	}
	_, release, err := Database(careless, t.Name()+strconv.Itoa(os.Getpid()))
	if err != nil {
		t.Fatal(err)
	}
	release()
}

func TestRivalsShareOneClusterThatEndsWhenIdle(t *testing.T) {
	t.Parallel()
	c := ownCluster(t)
	const count = 6
	rivals := make([]*process, count)
	var starts sync.WaitGroup
	for i := range rivals {
		starts.Go(func() { rivals[i] = startRival(t, c) })
	}
	starts.Wait()
	seen := map[string]bool{}
	for _, rival := range rivals {
		mustExecute(t, rival.url, "insert into things values ('one')")
		seen[rival.url] = true
	}
	if len(seen) != count {
		t.Errorf("%d databases for %d rivals", len(seen), count)
	}
	if n := c.migrated(t); n != 1 {
		t.Errorf("migrated %d times, want once", n)
	}

	time.Sleep(c.idle + 2*glance)
	mustExecute(t, rivals[0].url, "insert into things values ('two')") // in use, it does not end
	for _, rival := range rivals {
		rival.leave(t)
	}
	first := c.url(t)
	c.awaitEnd(t)

	late := startRival(t, c)
	if c.url(t) == first {
		t.Error("the ended cluster's address is still in use")
	}
	if n := c.migrated(t); n != 1 {
		t.Errorf("migrated %d times: the template did not outlive the cluster's sleep", n)
	}
	late.leave(t)
	c.awaitEnd(t)
}

func TestWhatCrashedRunsLeaveIsDropped(t *testing.T) {
	t.Parallel()
	c := ownCluster(t)
	crashed := startRival(t, c)
	crashed.kill(t)
	survivor := startRival(t, c)
	if n := number(t, survivor.url, "select count(*) from pg_database where datname like 'test\\_%'"); n != 1 {
		t.Errorf("%d copies, want the survivor's alone", n)
	}

	_, release, err := c.database(t.Context(), nothing, "other")
	if err != nil {
		t.Fatal(err)
	}
	if n := number(t, survivor.url, "select count(*) from pg_database where datname like 'tmpl\\_%'"); n != 2 {
		t.Errorf("%d templates, want 2: the survivor still uses its own", n)
	}
	release()
	survivor.leave(t)
	url, release, err := c.database(t.Context(), nothing, "other")
	if err != nil {
		t.Fatal(err)
	}
	if n := number(t, url, "select count(*) from pg_database where datname like 'tmpl\\_%'"); n != 1 {
		t.Errorf("%d templates, want 1: nobody uses the other", n)
	}
	release()
	c.awaitEnd(t)
}

func TestAKilledKeeperAndBrokenDataAreReplaced(t *testing.T) {
	t.Parallel()
	c := ownCluster(t)
	url, release, err := c.database(t.Context(), nothing, "first")
	if err != nil {
		t.Fatal(err)
	}
	keeper := c.keeperProcess(t)
	if err := keeper.Kill(); err != nil {
		t.Fatal(err)
	}
	c.awaitDeath(t)
	if n := number(t, url, "select 1"); n != 1 {
		t.Fatal("no server was left behind: this test proves nothing")
	}
	if err := os.Truncate(filepath.Join(c.data(), "postgres", "global", "pg_control"), 10); err != nil {
		t.Fatal(err)
	}
	_, again, err := c.database(t.Context(), nothing, "first")
	if err != nil {
		t.Fatal(err)
	}
	release()
	again()
	c.awaitEnd(t)
}

func nothing(context.Context, string) error { return nil }

func execute(ctx context.Context, url, statement string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, statement)
	return err
}

func mustExecute(t *testing.T, url, statement string) {
	t.Helper()
	if err := execute(t.Context(), url, statement); err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, url, question string) int {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var n int
	if err := conn.QueryRow(t.Context(), question).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// ownCluster is one apart from the checkout's.
func ownCluster(t *testing.T) cluster {
	t.Helper()
	dir, err := os.MkdirTemp("", "testkit-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	c, err := makeCluster(dir, 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c cluster) migrated(t *testing.T) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(c.dir, "migrated-*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

func (c cluster) url(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(c.address())
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// keeperProcess is found by the lock of the data it keeps.
func (c cluster) keeperProcess(t *testing.T) *os.Process {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(c.data(), "postgres.lock"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(string(content))
	if err != nil {
		t.Fatal(err)
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	return process
}

func (c cluster) awaitEnd(t *testing.T) {
	t.Helper()
	c.awaitDeath(t)
	if _, err := os.Stat(c.address()); !os.IsNotExist(err) {
		t.Errorf("the cluster's address is still there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(c.data(), "postgres", "postmaster.pid")); !os.IsNotExist(err) {
		t.Errorf("the server was not shut down: %v", err)
	}
}

func (c cluster) awaitDeath(t *testing.T) {
	t.Helper()
	for range 300 {
		if life, err := flock.Try(c.life()); err == nil {
			life.Release()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("the keeper does not end")
}
