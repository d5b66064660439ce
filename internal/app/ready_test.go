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

// TestReadiness checks that a server is ready only while its database accepts writes.
func TestReadiness(t *testing.T) {
	t.Parallel()
	cluster := startCluster(t, slog.New(slog.DiscardHandler))
	web, _, stop := serve(t, onCluster(t, cluster))
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
			// What a role's settings are, new sessions alone know.
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

// TestRestartedDatabase kills the server's own PostgreSQL. The process goes on: requests are
// answered 503 until PostgreSQL is there again, and then as before.
func TestRestartedDatabase(t *testing.T) {
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
			t.Fatalf("without PostgreSQL a write is answered by %d %s", code, raw)
		}
	}
	awaitReady(t, web, http.StatusOK)
	if err := stop(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
}

// awaitReady waits until the server says that it is ready, or that it is not.
func awaitReady(t *testing.T, web string, want int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		answer, err := http.Get("http://" + web + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode == want {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("/readyz stays %d, want %d", answer.StatusCode, want)
		}
	}
}

// killPostgres ends PostgreSQL as the kernel does when memory is short.
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
