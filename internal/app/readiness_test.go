package app_test

import (
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"backoffice/internal/app"
)

// TestServerIsReadyWhileDatabaseAcceptsWrites makes the database read-only and back, and checks
// /readyz.
func TestServerIsReadyWhileDatabaseAcceptsWrites(t *testing.T) {
	t.Parallel()
	cluster := startCluster(t, slog.New(slog.DiscardHandler))
	web, _, stop := serve(t, clusterSettings(t, cluster))
	defer func() { _ = stop() }()
	awaitReady(t, web, http.StatusOK)
	admin := connect(t, cluster.AdminURL())
	for _, c := range []struct{ do, undo string }{
		{"alter system set default_transaction_read_only = on", "alter system reset default_transaction_read_only"},
		{"alter role backoffice set temp_file_limit = '100kB'", "alter role backoffice reset temp_file_limit"},
	} {
		for _, step := range []struct {
			statement string
			code      int
		}{{c.do, http.StatusServiceUnavailable}, {c.undo, http.StatusOK}} {
			if _, err := admin.Exec(t.Context(), step.statement); err != nil {
				t.Fatal(err)
			}
			// A role's settings take effect only in new sessions.
			if _, err := admin.Exec(t.Context(), `
select pg_reload_conf(), count(pg_terminate_backend(pid))
from pg_stat_activity
where usename = 'backoffice'`); err != nil {
				t.Fatal(err)
			}
			awaitReady(t, web, step.code)
		}
	}
}

// TestServerSurvivesDatabaseCrash kills the server's own PostgreSQL. Requests must get 503 until
// PostgreSQL has been restarted, and then succeed.
func TestServerSurvivesDatabaseCrash(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	web, _, stop := serve(t, settings(t, func(s *app.Settings) { s.DataDir = dir }))
	key := signUp(t, web)
	addPerson(t, web, key)
	killPostgres(t, dir)
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		code, _, raw := send(t, http.MethodPost, "http://"+web+"/v1/persons", key, `{"displayName": "Ben"}`)
		if code == http.StatusOK {
			break
		}
		if code != http.StatusServiceUnavailable || time.Now().After(end) {
			t.Fatalf("a write without PostgreSQL: got %d %s", code, raw)
		}
	}
	awaitReady(t, web, http.StatusOK)
	if err := stop(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
}

// awaitReady waits until /readyz returns a status code.
func awaitReady(t *testing.T, web string, want int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		response, err := http.Get("http://" + web + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode == want {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("/readyz: got %d for a minute, want %d", response.StatusCode, want)
		}
	}
}

// killPostgres kills PostgreSQL as the kernel does when it runs out of memory.
func killPostgres(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGKILL)
	}
	if err != nil {
		t.Fatal(err)
	}
}
