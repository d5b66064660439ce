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

// TestMain makes this binary also serve as the peer processes that some tests start.
func TestMain(m *testing.M) {
	if dir := os.Getenv(peerVariable); dir != "" && os.Getenv(keeperDir) == "" {
		runPeer(dir)
	}
	os.Exit(Run(m))
}

func TestDatabasesAreMigratedAndSeparate(t *testing.T) {
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
			t.Errorf("%s: got %d things, want 1", url, n)
		}
	}
	if runs != 1 {
		t.Errorf("got %d migrations, want 1", runs)
	}
	if n := number(
		t, urls[0], "select count(*) from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)",
	); n != 0 {
		t.Error("got a role that bypasses row-level security, want an ordinary one")
	}
	if n := number(t, urls[0], "select extract(timezone_minute from timestamptz '2026-07-01')::int % 60"); n != 45 {
		t.Errorf("got time zone minutes %d, want 45 as in Pacific/Chatham", n)
	}
}

func TestReleaseDropsTheDatabase(t *testing.T) {
	t.Parallel()
	url, release, err := Database(migrateNothing, "empty")
	if err != nil {
		t.Fatal(err)
	}
	open, err := pgx.Connect(t.Context(), url) // an open session must not prevent it
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Close(context.Background()) }()
	release()
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		_ = conn.Close(t.Context())
		t.Error("got a connection, want the database dropped")
	}
}

func TestFailedMigrationLeavesNoTemplate(t *testing.T) {
	t.Parallel()
	fingerprint := t.Name() + strconv.Itoa(os.Getpid())
	failure := errors.New("migration failed")
	if _, _, err := Database(
		func(context.Context, string) error { return failure }, fingerprint,
	); !errors.Is(err, failure) {
		t.Fatalf("got %v, want the migration's error", err)
	}
	_, release, err := Database(migrateNothing, fingerprint)
	if err != nil {
		t.Fatalf("next attempt: got %v, want a database", err)
	}
	release()
}

func TestMigrationMayLeaveSessionsOpen(t *testing.T) {
	t.Parallel()
	leaveOpen := func(ctx context.Context, url string) error {
		_, err := pgx.Connect(ctx, url)
		return err
	}
	_, release, err := Database(leaveOpen, t.Name()+strconv.Itoa(os.Getpid()))
	if err != nil {
		t.Fatal(err)
	}
	release()
}

func TestProcessesShareClusterUntilIdle(t *testing.T) {
	t.Parallel()
	c := ownCluster(t)
	const count = 6
	peers := make([]*peer, count)
	var starts sync.WaitGroup
	for i := range peers {
		starts.Go(func() { peers[i] = startPeer(t, c) })
	}
	starts.Wait()
	seen := map[string]bool{}
	for _, p := range peers {
		mustExecute(t, p.url, "insert into things values ('one')")
		seen[p.url] = true
	}
	if len(seen) != count {
		t.Errorf("got %d databases, want %d", len(seen), count)
	}
	if n := c.migrated(t); n != 1 {
		t.Errorf("got %d migrations, want 1", n)
	}

	time.Sleep(c.idle + 2*pollInterval)
	mustExecute(t, peers[0].url, "insert into things values ('two')") // a cluster in use does not stop
	for _, p := range peers {
		p.leave(t)
	}
	first := c.url(t)
	c.awaitEnd(t)

	late := startPeer(t, c)
	if c.url(t) == first {
		t.Error("got the address of the stopped cluster, want a new one")
	}
	if n := c.migrated(t); n != 1 {
		t.Errorf("got %d migrations, want 1: the template must survive a restart", n)
	}
	late.leave(t)
	c.awaitEnd(t)
}

func TestDropsDatabasesAfterProcessCrash(t *testing.T) {
	t.Parallel()
	c := ownCluster(t)
	crashed := startPeer(t, c)
	crashed.kill(t)
	survivor := startPeer(t, c)
	if n := number(t, survivor.url, "select count(*) from pg_database where datname like 'test\\_%'"); n != 1 {
		t.Errorf("got %d copies, want only the survivor's", n)
	}

	_, release, err := c.database(t.Context(), migrateNothing, "other")
	if err != nil {
		t.Fatal(err)
	}
	if n := number(t, survivor.url, "select count(*) from pg_database where datname like 'tmpl\\_%'"); n != 2 {
		t.Errorf("got %d templates, want 2: the survivor still uses the first", n)
	}
	release()
	survivor.leave(t)
	url, release, err := c.database(t.Context(), migrateNothing, "other")
	if err != nil {
		t.Fatal(err)
	}
	if n := number(t, url, "select count(*) from pg_database where datname like 'tmpl\\_%'"); n != 1 {
		t.Errorf("got %d templates, want 1: the first is unused", n)
	}
	release()
	c.awaitEnd(t)
}

func TestKilledKeeperAndBrokenDataAreReplaced(t *testing.T) {
	t.Parallel()
	c := ownCluster(t)
	url, release, err := c.database(t.Context(), migrateNothing, "first")
	if err != nil {
		t.Fatal(err)
	}
	keeper := c.keeperProcess(t)
	if err := keeper.Kill(); err != nil {
		t.Fatal(err)
	}
	c.awaitKeeperExit(t)
	if n := number(t, url, "select 1"); n != 1 {
		t.Fatal("no orphaned server runs, so this test checks nothing")
	}
	if err := os.Truncate(filepath.Join(c.data(), "postgres", "global", "pg_control"), 10); err != nil {
		t.Fatal(err)
	}
	_, again, err := c.database(t.Context(), migrateNothing, "first")
	if err != nil {
		t.Fatal(err)
	}
	release()
	again()
	c.awaitEnd(t)
}

func migrateNothing(context.Context, string) error { return nil }

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

func number(t *testing.T, url, query string) int {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var n int
	if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// ownCluster returns a cluster that is separate from the checkout's.
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

// migrated returns the number of times that peers ran the migration.
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

// keeperProcess returns the keeper, whose process id is in the lock file of the data.
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

// awaitEnd waits for the keeper to end and checks that it stopped the server.
func (c cluster) awaitEnd(t *testing.T) {
	t.Helper()
	c.awaitKeeperExit(t)
	if _, err := os.Stat(c.address()); !os.IsNotExist(err) {
		t.Errorf("address file: got %v, want it removed", err)
	}
	if _, err := os.Stat(filepath.Join(c.data(), "postgres", "postmaster.pid")); !os.IsNotExist(err) {
		t.Errorf("postmaster.pid: got %v, want it removed by a shutdown", err)
	}
}

// awaitKeeperExit waits for the keeper to end.
func (c cluster) awaitKeeperExit(t *testing.T) {
	t.Helper()
	for range 300 {
		if keeperLock, err := flock.Try(c.keeperLockFile()); err == nil {
			keeperLock.Release()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("the keeper did not end within 30 s")
}
