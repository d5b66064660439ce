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

// hasty is a supervisor's pace that a test need not wait for.
var hasty = pace{
	watch: 200 * time.Millisecond, calm: time.Minute, suspicion: time.Hour,
	shortestPause: 50 * time.Millisecond, longestPause: time.Second, patience: time.Minute,
}

// startFromCopy starts a server from a copy of this machine's programs.
func startFromCopy(t *testing.T, pace pace) (*Server, installation.Installation) {
	t.Helper()
	dir := folder(t)
	original := mustStart(t, dir)
	copied := installation.Copy(t, original.AdminURL())
	stop(t, original)
	from := places{path: copied.Bin, cache: folder(t), repository: closedServer()}
	server, err := startAt(t.Context(), Config{DataDir: dir, Logger: quiet()}, from, pace)
	if err != nil {
		t.Fatal(err)
	}
	return server, copied
}

const useLibrary = "do $$ begin insert into kept values (1); end $$"

// TestReplacedLibrary replaces the library that every write needs, by a broken one and then by a
// good one.
func TestReplacedLibrary(t *testing.T) {
	t.Parallel()
	server, i := startFromCopy(t, hasty)
	defer stop(t, server)
	library := i.Library()
	good, err := os.ReadFile(library)
	if err != nil {
		t.Fatal(err)
	}
	execute(t, server.URL(), "create table kept (n int)")
	first := query[string](t, server.URL(), "select pg_postmaster_start_time()::text")

	i.Replace(library, []byte("broken"))
	for range 10 { // each in a session of its own
		execute(t, server.URL(), useLibrary)
		server.Suspect()
		time.Sleep(hasty.watch)
	}
	if now := query[string](t, server.URL(), "select pg_postmaster_start_time()::text"); now != first {
		t.Errorf("it was restarted with programs that do not work")
	}

	i.Replace(library, good)
	await(t, "a restart with the new programs", func() bool {
		now, err := text(t, server.URL(), "select pg_postmaster_start_time()::text")
		return err == nil && now != first
	})
	execute(t, server.URL(), useLibrary)
	if n := query[int](t, server.URL(), "select count(*)::int from kept"); n != 11 {
		t.Errorf("%d rows are there, want 11", n)
	}
}

// TestMissingLibrary removes the library, which fails statements by the code that the product
// suspects.
func TestMissingLibrary(t *testing.T) {
	t.Parallel()
	slow := hasty
	slow.watch = time.Hour
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
		t.Fatalf("without its library a statement fails by %v", err)
	}
	i.Replace(library, good)
	server.Suspect()
	await(t, "a restart on suspicion", func() bool {
		now, err := text(t, server.URL(), "select pg_postmaster_start_time()::text")
		return err == nil && now != first
	})
	execute(t, server.URL(), useLibrary)
}

// TestKilledPostmaster kills PostgreSQL several times, and finds it and its rows there again at the
// same address.
func TestKilledPostmaster(t *testing.T) {
	t.Parallel()
	server, err := startAt(t.Context(), Config{DataDir: folder(t), Logger: quiet()}, usualPlaces(), hasty)
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, server)
	execute(t, server.URL(), "create table kept (n int)")
	for n := range 2 {
		execute(t, server.URL(), useLibrary)
		kill(t, server)
		await(t, "PostgreSQL to come back", func() bool {
			got, err := text(t, server.URL(), "select count(*)::text from kept")
			return err == nil && got == string(rune('1'+n))
		})
	}
}

// TestGivingUp removes the programs and kills the server, which then ends with one line that says
// why.
func TestGivingUp(t *testing.T) {
	t.Parallel()
	short := hasty
	short.patience = time.Second
	server, i := startFromCopy(t, short)
	defer stop(t, server)
	if err := os.RemoveAll(i.Root); err != nil {
		t.Fatal(err)
	}
	kill(t, server)
	select {
	case <-server.Exited():
		oneLineWith(t, server.Err(), "again and again", "no PostgreSQL programs were found")
	case <-time.After(time.Minute):
		t.Error("it does not give up")
	}
}

// TestStoppedInTrouble stops a server whose PostgreSQL is being started again.
func TestStoppedInTrouble(t *testing.T) {
	t.Parallel()
	server, i := startFromCopy(t, hasty)
	if err := os.RemoveAll(i.Root); err != nil {
		t.Fatal(err)
	}
	kill(t, server)
	stop(t, server)
	if err := server.Err(); err != nil {
		t.Errorf("stopped, it says %v", err)
	}
}

func kill(t *testing.T, server *Server) {
	t.Helper()
	content, err := os.ReadFile(server.home.pidFile())
	if err != nil {
		t.Fatal(err)
	}
	pid, _, _ := strings.Cut(string(content), "\n")
	if out, err := exec.Command("kill", "-KILL", pid).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func await(t *testing.T, what string, there func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !there(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// text asks a question whose answer is text, or executes a statement.
func text(t *testing.T, url, statement string) (answer string, err error) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	err = conn.QueryRow(t.Context(), statement).Scan(&answer)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return answer, err
}
