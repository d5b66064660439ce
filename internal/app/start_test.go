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

// settings are a server's on free ports.
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

// serve runs a server until stop is called, which answers how it ended.
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

// refusedStart expects a server not to start, and to say why in one line.
func refusedStart(t *testing.T, s app.Settings, words string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := app.Serve(ctx, s, slog.New(slog.DiscardHandler), func(string, string) { cancel() })
	if err == nil || !strings.Contains(err.Error(), words) || strings.Contains(strings.TrimSpace(err.Error()), "\n") {
		t.Errorf("the server ends with %q, want one line with %q", err, words)
	}
}

// TestZeroSetup starts a server with no settings but free ports and a folder, calls
// it over real connections, stops it, and finds everything there again.
func TestZeroSetup(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := settings(t, func(s *app.Settings) { s.DataDir = dir })
	web, wire, stop := serve(t, s)
	key := signUp(t, web)
	pages(t, web)
	healthy(t, wire)
	refusedStart(t, settings(t, func(s *app.Settings) { s.HTTPAddr = web; s.DataDir = dir }), "in use")
	refusedStart(t, settings(t, func(s *app.Settings) { s.DataDir = dir }), "another")
	if err := stop(); err != nil {
		t.Errorf("the server ended with %v", err)
	}

	_, wire, stop = serve(t, s)
	reachable(t, wire, key)
	if err := stop(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
	var report strings.Builder
	if err := app.Doctor(t.Context(), s, slog.New(slog.DiscardHandler), &report); err != nil {
		t.Errorf("the doctor finds %v:\n%s", err, &report)
	}
	s.MasterKey = base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32)))
	refusedStart(t, s, "master key is not the one")
}

// folder is a test's own, which the account that PostgreSQL runs as can enter.
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

func pages(t *testing.T, web string) {
	t.Helper()
	for _, path := range []string{"/livez", "/readyz", "/openapi.json", "/docs/"} {
		answer, err := http.Get("http://" + web + path)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK || len(raw) == 0 {
			t.Errorf("%s is answered by %d", path, answer.StatusCode)
		}
		if path == "/docs/" && strings.Contains(string(raw), `="https://`) {
			t.Errorf("the reference needs an outside host: %s", raw)
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

func healthy(t *testing.T, wire string) {
	t.Helper()
	answer, err := healthv1.NewHealthClient(dial(t, wire)).Check(t.Context(), &healthv1.HealthCheckRequest{})
	if err != nil || answer.GetStatus() != healthv1.HealthCheckResponse_SERVING {
		t.Errorf("health is %v, %v", answer, err)
	}
}

func reachable(t *testing.T, wire, key string) {
	t.Helper()
	conn := dial(t, wire)
	list, err := platformv1.NewIdentityServiceClient(conn).ListPersons(metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+key), &platformv1.ListPersonsRequest{})
	if err != nil || len(list.GetPersons()) != 1 {
		t.Errorf("after a restart there are %v, %v", list, err)
	}
}

// TestStartRefusals holds every mistake at the start to one clear line.
func TestStartRefusals(t *testing.T) {
	t.Parallel()
	managed := func(url string) app.Settings {
		return settings(t, func(s *app.Settings) { s.DatabaseURL, s.MasterKey = url, someKey })
	}
	t.Run("no database there", func(t *testing.T) {
		t.Parallel()
		refusedStart(t, managed("postgres://nobody@127.0.0.1:1/none"), "cannot be reached")
	})
	t.Run("no database by that URL", func(t *testing.T) {
		t.Parallel()
		refusedStart(t, managed("postgres://%zz"), "cannot be read")
	})
	t.Run("no master key for a managed database", func(t *testing.T) {
		t.Parallel()
		s := managed("postgres://nobody@127.0.0.1:1/none")
		s.MasterKey = ""
		refusedStart(t, s, "needs a master key")
	})
	t.Run("a short master key", func(t *testing.T) {
		t.Parallel()
		s := managed("postgres://nobody@127.0.0.1:1/none")
		s.MasterKey = "c2hvcnQ="
		refusedStart(t, s, "32 bytes")
	})
	t.Run("a master key file that is not there", func(t *testing.T) {
		t.Parallel()
		s := managed("postgres://nobody@127.0.0.1:1/none")
		s.MasterKey, s.MasterKeyFile = "", filepath.Join(t.TempDir(), "master.key")
		refusedStart(t, s, "no such file")
		if _, err := os.Stat(s.MasterKeyFile); err == nil {
			t.Error("a key was made where one was to be found")
		}
	})
	t.Run("a port in use", func(t *testing.T) {
		t.Parallel()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		s := managed("postgres://nobody@127.0.0.1:1/none")
		s.GRPCAddr = l.Addr().String()
		refusedStart(t, s, "in use")
	})
}

// TestUnfitDatabases holds the server to refuse a database where tenants would not be
// kept apart or acknowledged writes could be lost.
func TestUnfitDatabases(t *testing.T) {
	t.Parallel()
	server := startCluster(t, slog.New(slog.DiscardHandler))
	s := onCluster(t, server)
	_, _, stop := serve(t, s)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	admin := connect(t, asAdmin(t, server))
	for _, c := range []struct{ do, undo, words string }{
		{"alter role backoffice_app bypassrls", "alter role backoffice_app nobypassrls", "row-level security"},
		{"alter table finance.vendors owner to backoffice_app", "alter table finance.vendors owner to backoffice", "row-level security"},
		{"alter role backoffice set synchronous_commit = off", "alter role backoffice reset synchronous_commit", "synchronous_commit"},
		{"insert into public.goose_db_version (version_id, is_applied) values (999999, true)", "delete from public.goose_db_version where version_id = 999999", "which this program does not know"},
	} {
		if _, err := admin.Exec(t.Context(), c.do); err != nil {
			t.Fatalf("%s: %v", c.do, err)
		}
		refusedStart(t, s, c.words)
		if _, err := admin.Exec(t.Context(), c.undo); err != nil {
			t.Fatalf("%s: %v", c.undo, err)
		}
	}
	_, _, stop = serve(t, s)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

// asAdmin is the superuser's way to the product's database.
func asAdmin(t *testing.T, server *embedded.Server) string {
	t.Helper()
	u, err := url.Parse(server.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/backoffice"
	return u.String()
}
