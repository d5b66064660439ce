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

// TestMain makes the test binary a server process that a test can kill.
func TestMain(m *testing.M) {
	if dir := os.Getenv(helperVariable); dir != "" {
		serveUntilKilled(dir)
	}
	os.Exit(runInTemporaryFolder(m))
}

// runInTemporaryFolder removes the log that the download library leaves in the temporary folder.
func runInTemporaryFolder(m *testing.M) int {
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

func TestDataSurvivesRestart(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	server := mustStart(t, dir)
	execute(t, server.URL(), "create table kept (n int)", "insert into kept values (42)")
	stop(t, server)
	if _, err := os.Stat(server.socket); !os.IsNotExist(err) {
		t.Errorf("socket folder: got %v, want it removed", err)
	}
	stop(t, server) // a second Stop has no effect

	again := mustStart(t, dir)
	defer stop(t, again)
	if n := query[int](t, again.URL(), "select n from kept"); n != 42 {
		t.Errorf("kept %d, want 42", n)
	}
}

func TestServerProperties(t *testing.T) {
	t.Parallel()
	server := mustStart(t, folder(t))
	defer stop(t, server)
	t.Run("is durable and its owner has no superuser rights", func(t *testing.T) { checkSettings(t, server) })
	t.Run("applies row-level security to its owner", func(t *testing.T) { checkRowSecurity(t, server) })
	t.Run("keeps its files private", func(t *testing.T) { checkFileModes(t, server) })
	t.Run("does not inherit the environment", func(t *testing.T) { checkEnvironment(t, server) })
	t.Run("refuses a second server", func(t *testing.T) { checkSecondServer(t, server) })
}

func checkSettings(t *testing.T, server *Server) {
	wants := map[string]string{
		"select current_user::text": "backoffice",
		"select concat_ws(',', rolsuper, rolbypassrls, rolcreaterole, rolcreatedb) " +
			"from pg_roles where rolname = current_user": "f,f,t,t",
		"select concat_ws(',', pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate) " +
			"from pg_database where datname = current_database()": "backoffice,UTF8,C",
		"show listen_addresses":   "",
		"show fsync":              "on",
		"show synchronous_commit": "on",
		"show full_page_writes":   "on",
		"show data_checksums":     "on",
		"show timezone":           "UTC",
	}
	for statement, want := range wants {
		if got := query[string](t, server.URL(), statement); got != want {
			t.Errorf("%s: got %q, want %q", statement, got, want)
		}
	}
}

func checkRowSecurity(t *testing.T, server *Server) {
	execute(t, server.URL(),
		"create table walled (n int)",
		"insert into walled values (1)",
		"alter table walled enable row level security",
		"alter table walled force row level security")
	if n := query[int](t, server.URL(), "select count(*)::int from walled"); n != 0 {
		t.Errorf("got %d rows visible to the owner, want 0", n)
	}
}

func checkFileModes(t *testing.T, server *Server) {
	for _, dir := range []string{server.socket, server.data.cluster()} {
		info, err := os.Stat(dir)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 || !server.account.owns(dir) {
			t.Errorf("%s: got mode %v, owned by the account: %v; want 0700 and true", dir, info.Mode(), server.account.owns(dir))
		}
	}
}

func checkEnvironment(t *testing.T, server *Server) {
	cmd := server.account.command(t.Context(), "env")
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Fields(string(output)) {
		if name, _, _ := strings.Cut(line, "="); name != "PATH" && name != "LC_ALL" && name != "PWD" {
			t.Errorf("got variable %s in the server's environment, want it removed", name)
		}
	}
}

func checkSecondServer(t *testing.T, server *Server) {
	_, err := Start(t.Context(), Config{DataDir: server.data.dir, Logger: discardLogger()})
	want := fmt.Sprintf(
		"embedded PostgreSQL: another server (process %d) uses the data in %s: stop it, or choose another data directory",
		os.Getpid(), server.data.dir,
	)
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if n := query[int](t, server.URL(), "select 1"); n != 1 {
		t.Error("the first server no longer works")
	}
}

func TestSettingsOverrideDefaults(t *testing.T) {
	t.Parallel()
	config := Config{DataDir: folder(t), Logger: discardLogger(), Settings: map[string]string{"max_connections": "many"}}
	_, err := Start(t.Context(), config)
	oneLineWith(t, err, "PostgreSQL did not start", "max_connections", "postgres.log")

	config.Settings = map[string]string{"fsync": "off", "timezone": "Pacific/Chatham"}
	server, err := Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, server)
	if zone := query[string](t, server.URL(), "show timezone"); zone != "Pacific/Chatham" {
		t.Errorf("got time zone %s, want Pacific/Chatham", zone)
	}
}

func TestStartCompletesInterruptedStart(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := Start(ctx, Config{DataDir: dir, Logger: discardLogger()}); err == nil {
		t.Fatal("got no error, want one since the context ended")
	}
	server := mustStart(t, dir)
	defer stop(t, server)
	if left, _ := filepath.Glob(filepath.Join(dir, "postgres.new-*")); len(left) > 0 {
		t.Errorf("got temporary folders %v, want none", left)
	}
}

func TestLongDataDirectoryWorks(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(folder(t), strings.Repeat("long and, oddly 'named'/", 8))
	server := mustStart(t, dir)
	defer stop(t, server)
	if len(server.socket) > 60 {
		t.Errorf("got socket folder %s, want at most 60 characters", server.socket)
	}
	query[int](t, server.URL(), "select 1")
}

func TestFolderWithOtherContentIsRefused(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	if err := os.MkdirAll(filepath.Join(dir, "postgres", "precious"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Config{DataDir: dir, Logger: discardLogger()})
	oneLineWith(t, err, "neither empty nor a PostgreSQL cluster")
}

func TestInaccessibleDataDirectoryIsRefused(t *testing.T) {
	t.Parallel()
	blocked := filepath.Join(folder(t), "blocked")
	if err := os.Mkdir(blocked, 0o700); err != nil {
		t.Fatal(err)
	}
	stranger := account{name: "stranger", uid: 54321, gid: 54321, switched: true}
	_, err := openDataDir(filepath.Join(blocked, "data"), stranger)
	oneLineWith(t, err, "user stranger, as whom PostgreSQL runs, cannot enter "+blocked)
}

func TestDefaultDataDirectory(t *testing.T) {
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
		t.Errorf("got %s, want %s", got, want)
	}
}

// folder returns a temporary folder that PostgreSQL's account can enter, unlike t.TempDir.
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
	server, err := Start(t.Context(), Config{DataDir: dir, Logger: discardLogger()})
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

func query[T any](t *testing.T, url, statement string) T {
	t.Helper()
	conn := connect(t, url)
	defer func() { _ = conn.Close(context.Background()) }()
	var result T
	if err := conn.QueryRow(t.Context(), statement).Scan(&result); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return result
}

func discardLogger() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func oneLineWith(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("got no error, want one")
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("got several lines, want one: %v", err)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got %v, want %q in it", err, part)
		}
	}
}
