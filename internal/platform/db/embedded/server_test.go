package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// TestMain lets the test binary be the server that another test kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv(helperVariable); dir != "" {
		serveUntilKilled(dir)
	}
	os.Exit(runInOwnFolder(m))
}

// runInOwnFolder clears up after the library that fetches, which leaves its log in the folder for temporary files.
func runInOwnFolder(m *testing.M) int {
	dir, err := os.MkdirTemp("", "embedded-test-")
	if err == nil {
		err = errors.Join(os.Chmod(dir, 0o755), os.Setenv("TMPDIR", dir))
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	return m.Run()
}

func TestDataOutlivesARestart(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	server := mustStart(t, dir)
	execute(t, server.URL(), "create table kept (n int)", "insert into kept values (42)")
	stop(t, server)
	if _, err := os.Stat(server.socket); !os.IsNotExist(err) {
		t.Errorf("the socket's folder is still there: %v", err)
	}
	stop(t, server) // twice does no harm

	again := mustStart(t, dir)
	defer stop(t, again)
	if n := query[int](t, again.URL(), "select n from kept"); n != 42 {
		t.Errorf("kept %d, want 42", n)
	}
}

func TestARunningServer(t *testing.T) {
	t.Parallel()
	server := mustStart(t, folder(t))
	defer stop(t, server)
	t.Run("is durable and its owner ordinary", func(t *testing.T) { ordinary(t, server) })
	t.Run("binds its owner by row security", func(t *testing.T) { walled(t, server) })
	t.Run("keeps its files to itself", func(t *testing.T) { private(t, server) })
	t.Run("has nothing of our environment", func(t *testing.T) { bare(t, server) })
	t.Run("refuses a second one", func(t *testing.T) { alone(t, server) })
}

func ordinary(t *testing.T, server *Server) {
	wants := map[string]string{
		"select current_user::text": "backoffice",
		"select concat_ws(',', rolsuper, rolbypassrls, rolcreaterole, rolcreatedb) from pg_roles where rolname = current_user":                          "f,f,t,t",
		"select concat_ws(',', pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate) from pg_database where datname = current_database()": "backoffice,UTF8,C",
		"show listen_addresses":   "",
		"show fsync":              "on",
		"show synchronous_commit": "on",
		"show full_page_writes":   "on",
		"show data_checksums":     "on",
		"show timezone":           "UTC",
	}
	for question, want := range wants {
		if got := query[string](t, server.URL(), question); got != want {
			t.Errorf("%s: %q, want %q", question, got, want)
		}
	}
}

func walled(t *testing.T, server *Server) {
	execute(t, server.URL(),
		"create table walled (n int)",
		"insert into walled values (1)",
		"alter table walled enable row level security",
		"alter table walled force row level security")
	if n := query[int](t, server.URL(), "select count(*)::int from walled"); n != 0 {
		t.Errorf("the owner sees %d rows through row-level security", n)
	}
}

func private(t *testing.T, server *Server) {
	for _, dir := range []string{server.socket, server.home.cluster()} {
		info, err := os.Stat(dir)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 || !server.account.owns(dir) {
			t.Errorf("%s: mode %v, owned by the account: %v", dir, info.Mode(), server.account.owns(dir))
		}
	}
}

func bare(t *testing.T, server *Server) {
	cmd := server.account.command(t.Context(), "env")
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Fields(string(output)) {
		if name, _, _ := strings.Cut(line, "="); name != "PATH" && name != "LC_ALL" && name != "PWD" {
			t.Errorf("%s reaches the server", name)
		}
	}
}

func alone(t *testing.T, server *Server) {
	_, err := Start(t.Context(), Config{DataDir: server.home.dir, Logger: quiet()})
	want := fmt.Sprintf("embedded PostgreSQL: another server (process %d) uses the data in %s: stop it, or choose another data directory", os.Getpid(), server.home.dir)
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if n := query[int](t, server.URL(), "select 1"); n != 1 {
		t.Error("the first server suffered")
	}
}

func TestSettingsOverrideTheDurableOnes(t *testing.T) {
	t.Parallel()
	config := Config{DataDir: folder(t), Logger: quiet(), Settings: map[string]string{"max_connections": "many"}}
	_, err := Start(t.Context(), config)
	oneLineWith(t, err, "PostgreSQL did not start", "max_connections", "postgres.log")

	config.Settings = map[string]string{"fsync": "off", "timezone": "Pacific/Chatham"}
	server, err := Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, server)
	if zone := query[string](t, server.URL(), "show timezone"); zone != "Pacific/Chatham" {
		t.Errorf("time zone %s", zone)
	}
}

func TestAStartBrokenOffIsMadeGoodByTheNext(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := Start(ctx, Config{DataDir: dir, Logger: quiet()}); err == nil {
		t.Fatal("started under an ended context")
	}
	server := mustStart(t, dir)
	defer stop(t, server)
	if left, _ := filepath.Glob(filepath.Join(dir, "postgres.new-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestALongDataDirectoryWorks(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(folder(t), strings.Repeat("long and, oddly 'named'/", 8))
	server := mustStart(t, dir)
	defer stop(t, server)
	if len(server.socket) > 60 {
		t.Errorf("the socket's folder %s grew with the data directory", server.socket)
	}
	query[int](t, server.URL(), "select 1")
}

func TestAForeignFolderIsNotBuried(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	if err := os.MkdirAll(filepath.Join(dir, "postgres", "precious"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Config{DataDir: dir, Logger: quiet()})
	oneLineWith(t, err, "neither empty nor a PostgreSQL cluster")
}

func TestAnUnreachableDataDirectoryIsNamed(t *testing.T) {
	t.Parallel()
	wall := filepath.Join(folder(t), "wall")
	if err := os.Mkdir(wall, 0o700); err != nil {
		t.Fatal(err)
	}
	stranger := account{name: "stranger", uid: 54321, gid: 54321, switched: true}
	_, err := openHome(filepath.Join(wall, "data"), stranger)
	oneLineWith(t, err, "user stranger, as whom PostgreSQL runs, cannot enter "+wall)
}

func TestTheDefaultDataDirectory(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", "/data/of/user")
	got, err := DefaultDataDir()
	if err != nil {
		t.Fatal(err)
	}
	want := "/data/of/user/backoffice"
	if os.Geteuid() == 0 {
		want = "/var/lib/backoffice"
	}
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// folder is one that the account PostgreSQL runs as can reach, which t.TempDir is not.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "embedded-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func mustStart(t *testing.T, dir string) *Server {
	t.Helper()
	server, err := Start(t.Context(), Config{DataDir: dir, Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func stop(t *testing.T, server *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := server.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func execute(t *testing.T, url string, statements ...string) {
	t.Helper()
	conn := connect(t, url)
	defer func() { _ = conn.Close(context.Background()) }()
	for _, statement := range statements {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func query[T any](t *testing.T, url, question string) T {
	t.Helper()
	conn := connect(t, url)
	defer func() { _ = conn.Close(context.Background()) }()
	var answer T
	if err := conn.QueryRow(t.Context(), question).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	return answer
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func oneLineWith(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than one line: %v", err)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in: %v", part, err)
		}
	}
}
