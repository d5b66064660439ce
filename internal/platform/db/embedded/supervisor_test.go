package embedded

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"backoffice/internal/platform/testkit/installation"
)

// fastTiming is the timing of a supervisor in tests.
var fastTiming = timing{
	checkInterval: 200 * time.Millisecond, stableAfter: time.Minute, suspicionInterval: time.Hour,
	shortestPause: 50 * time.Millisecond, longestPause: time.Second, giveUpAfter: time.Minute,
}

// startFromCopy starts a server from a copy of this machine's programs.
func startFromCopy(t *testing.T, timing timing) (*Server, installation.Installation) {
	t.Helper()
	dir := folder(t)
	original := mustStart(t, dir)
	copied := installation.Copy(t, original.AdminURL())
	stop(t, original)
	from := locations{path: copied.Bin, cache: folder(t), repository: closedServer()}
	server, err := startWithTiming(t.Context(), Config{DataDir: dir, Logger: discardLogger()}, from, timing)
	if err != nil {
		t.Fatal(err)
	}
	return server, copied
}

const useLibrary = "do $$ begin insert into kept values (1); end $$"

// TestReplacedLibraryCausesRestartOnlyIfItWorks replaces the library that every write needs, first
// with a broken one and then with a working one.
func TestReplacedLibraryCausesRestartOnlyIfItWorks(t *testing.T) {
	t.Parallel()
	server, i := startFromCopy(t, fastTiming)
	defer stop(t, server)
	library := i.Library()
	good, err := os.ReadFile(library)
	if err != nil {
		t.Fatal(err)
	}
	execute(t, server.URL(), "create table kept (n int)")
	first := query[string](t, server.URL(), "select pg_postmaster_start_time()::text")

	i.Replace(library, []byte("broken"))
	for range 10 { // each in a new session
		execute(t, server.URL(), useLibrary)
		server.ReportSuspicion()
		time.Sleep(fastTiming.checkInterval)
	}
	if now := query[string](t, server.URL(), "select pg_postmaster_start_time()::text"); now != first {
		t.Error("got a restart with broken programs, want none")
	}

	i.Replace(library, good)
	await(t, "restart with the new programs", func() bool {
		now, err := text(t, server.URL(), "select pg_postmaster_start_time()::text")
		return err == nil && now != first
	})
	execute(t, server.URL(), useLibrary)
	if n := query[int](t, server.URL(), "select count(*)::int from kept"); n != 11 {
		t.Errorf("got %d rows, want 11", n)
	}
}

// TestSuspicionCausesRestart removes the library, so that statements fail with the code for which
// the product calls Suspect.
func TestSuspicionCausesRestart(t *testing.T) {
	t.Parallel()
	slow := fastTiming
	slow.checkInterval = time.Hour
	server, i := startFromCopy(t, slow)
	defer stop(t, server)
	execute(t, server.URL(), "create table kept (n int)")
	first := query[string](t, server.URL(), "select pg_postmaster_start_time()::text")
	library := i.Library()
	good, err := os.ReadFile(library)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(library); err != nil {
		t.Fatal(err)
	}
	_, err = text(t, server.URL(), useLibrary)
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != "58P01" {
		t.Fatalf("got %v without the library, want code 58P01", err)
	}
	i.Replace(library, good)
	server.ReportSuspicion()
	await(t, "restart on suspicion", func() bool {
		now, err := text(t, server.URL(), "select pg_postmaster_start_time()::text")
		return err == nil && now != first
	})
	execute(t, server.URL(), useLibrary)
}

// TestKilledPostgreSQLIsRestarted kills PostgreSQL several times and expects it at the same URL
// with all rows.
func TestKilledPostgreSQLIsRestarted(t *testing.T) {
	t.Parallel()
	server, err := startWithTiming(
		t.Context(), Config{DataDir: folder(t), Logger: discardLogger()}, defaultLocations(), fastTiming,
	)
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, server)
	execute(t, server.URL(), "create table kept (n int)")
	for n := range 2 {
		execute(t, server.URL(), useLibrary)
		kill(t, server)
		await(t, "restart of PostgreSQL", func() bool {
			got, err := text(t, server.URL(), "select count(*)::text from kept")
			return err == nil && got == string(rune('1'+n))
		})
	}
}

// TestServerGivesUpWithoutPrograms removes the programs and kills PostgreSQL. The server must end
// with an error that says why.
func TestServerGivesUpWithoutPrograms(t *testing.T) {
	t.Parallel()
	short := fastTiming
	short.giveUpAfter = time.Second
	server, i := startFromCopy(t, short)
	defer stop(t, server)
	if err := os.RemoveAll(i.Root); err != nil {
		t.Fatal(err)
	}
	kill(t, server)
	select {
	case <-server.Exited():
		oneLineWith(t, server.Err(), "repeatedly ended or did not start", "no PostgreSQL programs were found")
	case <-time.After(time.Minute):
		t.Error("the server did not give up within a minute")
	}
}

// TestServerStopsWhileRestarting stops a server while it restarts PostgreSQL.
func TestServerStopsWhileRestarting(t *testing.T) {
	t.Parallel()
	server, i := startFromCopy(t, fastTiming)
	if err := os.RemoveAll(i.Root); err != nil {
		t.Fatal(err)
	}
	kill(t, server)
	stop(t, server)
	if err := server.Err(); err != nil {
		t.Errorf("got %v after Stop, want nil", err)
	}
}

func kill(t *testing.T, server *Server) {
	t.Helper()
	content, err := os.ReadFile(server.data.pidFile())
	if err != nil {
		t.Fatal(err)
	}
	pid, _, _ := strings.Cut(string(content), "\n")
	if out, err := exec.Command("kill", "-KILL", pid).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no %s within a minute", what)
		}
	}
}

// text runs a statement and returns the string it selects, if any.
func text(t *testing.T, url, statement string) (result string, err error) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	err = conn.QueryRow(t.Context(), statement).Scan(&result)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return result, err
}
