package app_test

import (
	"context"
	"encoding/base64"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"google.golang.org/grpc/metadata"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app"
	"backoffice/internal/platform/db/embedded"
)

var someKey = base64.StdEncoding.EncodeToString(make([]byte, 32))

// settings returns the settings of a server on free ports.
func settings(t *testing.T, changes ...func(*app.Settings)) app.Settings {
	t.Helper()
	s, err := app.SettingsFromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	s.HTTPAddr, s.GRPCAddr, s.DatabaseURL, s.MasterKey = "127.0.0.1:0", "127.0.0.1:0", "", ""
	for _, change := range changes {
		change(&s)
	}
	return s
}

// serve starts a server and returns its HTTP and gRPC addresses. stop stops it and returns its
// error.
func serve(t *testing.T, s app.Settings) (web, wire string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan [2]string, 1), make(chan error, 1)
	go func() {
		ended <- app.Serve(ctx, s, slog.New(slog.DiscardHandler), func(http, grpc string) { ready <- [2]string{http, grpc} })
	}()
	stop = func() error {
		cancel()
		return <-ended
	}
	select {
	case addresses := <-ready:
		return addresses[0], addresses[1], stop
	case err := <-ended:
		cancel()
		t.Fatalf("the server did not start: %v", err)
	case <-time.After(2 * time.Minute):
		cancel()
		t.Fatal("the server did not start in two minutes")
	}
	return "", "", nil
}

// checkStartFails checks that a server does not start, with an error of one line.
func checkStartFails(t *testing.T, s app.Settings, words string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := app.Serve(ctx, s, slog.New(slog.DiscardHandler), func(string, string) { cancel() })
	if err == nil || !strings.Contains(err.Error(), words) || strings.Contains(strings.TrimSpace(err.Error()), "\n") {
		t.Errorf("got the error %q, want one line with %q", err, words)
	}
}

// TestServerStartsWithoutSettings starts a server with only free ports and a data directory, calls
// it over network connections, and finds the data again after a restart.
func TestServerStartsWithoutSettings(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := settings(t, func(s *app.Settings) { s.DataDir = dir })
	web, wire, stop := serve(t, s)
	key := signUp(t, web)
	checkPages(t, web)
	checkHealth(t, wire)
	checkStartFails(t, settings(t, func(s *app.Settings) { s.HTTPAddr = web; s.DataDir = dir }), "in use")
	checkStartFails(t, settings(t, func(s *app.Settings) { s.DataDir = dir }), "another")
	if err := stop(); err != nil {
		t.Errorf("the server ended with %v", err)
	}

	_, wire, stop = serve(t, s)
	checkPersonsKept(t, wire, key)
	if err := stop(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
	var report strings.Builder
	if err := app.Doctor(t.Context(), s, slog.New(slog.DiscardHandler), &report); err != nil {
		t.Errorf("the doctor: got %v:\n%s", err, &report)
	}
	s.MasterKey = base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32)))
	checkStartFails(t, s, "master key is not the one")
}

// folder creates a temporary folder that the account that runs PostgreSQL can enter.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "backoffice-start-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func checkPages(t *testing.T, web string) {
	t.Helper()
	for _, path := range []string{"/livez", "/readyz", "/openapi.json", "/docs/"} {
		response, err := http.Get("http://" + web + path)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK || len(raw) == 0 {
			t.Errorf("%s: got %d and %d bytes", path, response.StatusCode, len(raw))
		}
		if path == "/docs/" && strings.Contains(string(raw), `="https://`) {
			t.Errorf("the API reference loads from another host: %s", raw)
		}
	}
}

func dial(t *testing.T, wire string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(wire, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func checkHealth(t *testing.T, wire string) {
	t.Helper()
	response, err := healthv1.NewHealthClient(dial(t, wire)).Check(t.Context(), &healthv1.HealthCheckRequest{})
	if err != nil || response.GetStatus() != healthv1.HealthCheckResponse_SERVING {
		t.Errorf("got the health %v, %v, want SERVING", response, err)
	}
}

func checkPersonsKept(t *testing.T, wire, key string) {
	t.Helper()
	conn := dial(t, wire)
	list, err := platformv1.NewIdentityServiceClient(conn).ListPersons(metadata.AppendToOutgoingContext(t.Context(),
		"authorization", "Bearer "+key), &platformv1.ListPersonsRequest{})
	if err != nil || len(list.GetPersons()) != 1 {
		t.Errorf("got %v, %v after a restart, want one person", list, err)
	}
}

// unreachable is the URL of a database that does not exist.
const unreachable = "postgres://nobody@127.0.0.1:1/none"

// checkMissingKeyFile checks that a server does not start without its key file, and does not create
// it.
func checkMissingKeyFile(t *testing.T, s app.Settings) {
	t.Helper()
	s.MasterKey, s.MasterKeyFile = "", filepath.Join(t.TempDir(), "master.key")
	checkStartFails(t, s, "no such file")
	if _, err := os.Stat(s.MasterKeyFile); err == nil {
		t.Error("the missing key file was created")
	}
}

// TestStartFailsWithOneLine starts a server with wrong settings.
func TestStartFailsWithOneLine(t *testing.T) {
	t.Parallel()
	managed := func(url string) app.Settings {
		return settings(t, func(s *app.Settings) { s.DatabaseURL, s.MasterKey = url, someKey })
	}
	t.Run("no database at the URL", func(t *testing.T) {
		t.Parallel()
		checkStartFails(t, managed(unreachable), "cannot be reached")
	})
	t.Run("a malformed URL", func(t *testing.T) {
		t.Parallel()
		checkStartFails(t, managed("postgres://%zz"), "cannot be read")
	})
	t.Run("no master key for a managed database", func(t *testing.T) {
		t.Parallel()
		s := managed(unreachable)
		s.MasterKey = ""
		checkStartFails(t, s, "needs a master key")
	})
	t.Run("a short master key", func(t *testing.T) {
		t.Parallel()
		s := managed(unreachable)
		s.MasterKey = "c2hvcnQ="
		checkStartFails(t, s, "32 bytes")
	})
	t.Run("a missing master key file", func(t *testing.T) {
		t.Parallel()
		checkMissingKeyFile(t, managed(unreachable))
	})
	t.Run("a port in use", func(t *testing.T) {
		t.Parallel()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		s := managed(unreachable)
		s.GRPCAddr = l.Addr().String()
		checkStartFails(t, s, "in use")
	})
}

// TestServerRejectsUnsafeDatabases starts a server on databases where tenants would not be
// separated, acknowledged writes could be lost, or a newer version has migrated.
func TestServerRejectsUnsafeDatabases(t *testing.T) {
	t.Parallel()
	server := startCluster(t, slog.New(slog.DiscardHandler))
	s := clusterSettings(t, server)
	_, _, stop := serve(t, s)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	admin := connect(t, superuserURL(t, server))
	for _, c := range []struct{ do, undo, words string }{
		{"alter role backoffice_app bypassrls", "alter role backoffice_app nobypassrls", "row-level security"},
		{"alter table finance.vendors owner to backoffice_app", "alter table finance.vendors owner to backoffice",
			"row-level security"},
		{"alter role backoffice set synchronous_commit = off", "alter role backoffice reset synchronous_commit",
			"synchronous_commit"},
		{"insert into public.goose_db_version (version_id, is_applied) values (999999, true)",
			"delete from public.goose_db_version where version_id = 999999", "which this program does not know"},
	} {
		if _, err := admin.Exec(t.Context(), c.do); err != nil {
			t.Fatalf("%s: %v", c.do, err)
		}
		checkStartFails(t, s, c.words)
		if _, err := admin.Exec(t.Context(), c.undo); err != nil {
			t.Fatalf("%s: %v", c.undo, err)
		}
	}
	_, _, stop = serve(t, s)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

// superuserURL returns the URL of the product's database with the superuser.
func superuserURL(t *testing.T, server *embedded.Server) string {
	t.Helper()
	u, err := url.Parse(server.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/backoffice"
	return u.String()
}
