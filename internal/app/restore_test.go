package app_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/app"
	"backoffice/internal/platform/db/embedded"
)

// TestRestore dumps a database, restores it into a new cluster, which counts its
// transactions from the beginning, and goes on: the history must go on above its
// highest position, and be complete below the horizon.
func TestRestore(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	old := startCluster(t, log)
	web, _, stop := serve(t, onCluster(t, old))
	key := signUp(t, web)
	for range 5 {
		addPerson(t, web, key)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	// The old cluster has seen many more transactions than the new one will have.
	admin := connect(t, asAdmin(t, old))
	for range 2000 {
		if _, err := admin.Exec(t.Context(), "select pg_current_xact_id()"); err != nil {
			t.Fatal(err)
		}
	}
	web, _, stop = serve(t, onCluster(t, old))
	addPerson(t, web, key)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	dump := filepath.Join(folder(t), "dump")
	program(t, "pg_dump", "--format=custom", "--file="+dump, asAdmin(t, old))

	fresh := startCluster(t, log)
	restored := connect(t, asAdmin(t, fresh))
	if _, err := restored.Exec(t.Context(), "create role backoffice_app nologin; create role backoffice_relay nologin; grant backoffice_app, backoffice_relay to backoffice"); err != nil {
		t.Fatal(err)
	}
	program(t, "pg_restore", "--dbname="+asAdmin(t, fresh), dump)
	var highest int64
	query(t, restored, "select max(position) from platform.events", &highest)

	web, _, stop = serve(t, onCluster(t, fresh))
	addPerson(t, web, key)
	var lowest int64
	query(t, restored, "select min(position) from platform.events where position > "+strconv.FormatInt(highest, 10), &lowest)
	complete := false
	for deadline := time.Now().Add(30 * time.Second); !complete && time.Now().Before(deadline); {
		query(t, restored, "select platform.horizon() > max(position) from platform.events", &complete)
	}
	if !complete {
		t.Error("the restored history is not complete below the horizon after half a minute")
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func startCluster(t *testing.T, log *slog.Logger) *embedded.Server {
	t.Helper()
	server, err := embedded.Start(t.Context(), embedded.Config{DataDir: folder(t), Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop(context.Background()) })
	return server
}

func onCluster(t *testing.T, server *embedded.Server) app.Settings {
	return settings(t, func(s *app.Settings) { s.DatabaseURL, s.MasterKey = server.URL(), someKey })
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func query(t *testing.T, conn *pgx.Conn, sql string, into any) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), sql).Scan(into); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// program runs one of PostgreSQL's own programs.
func program(t *testing.T, name string, args ...string) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
		if len(found) == 0 {
			t.Fatalf("%s is not on this machine", name)
		}
		path = found[len(found)-1]
	}
	if out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// signUp signs up by REST and answers the key.
func signUp(t *testing.T, web string) string {
	t.Helper()
	body := `{"displayName": "Acme", "currencyCode": "USD", "timeZone": "UTC", "regionCode": "US", "ownerEmail": "a@acme.example", "ownerDisplayName": "A", "ownerPassword": "correct horse", "test": true}`
	answer := post(t, "http://"+web+"/v1/organizations:signUp", "", body)
	return answer["apiKey"].(map[string]any)["secret"].(string)
}

func addPerson(t *testing.T, web, key string) {
	t.Helper()
	post(t, "http://"+web+"/v1/persons", key, `{"displayName": "Ann"}`)
}

func post(t *testing.T, url, key, body string) map[string]any {
	t.Helper()
	code, _, raw := send(t, http.MethodPost, url, key, body)
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil || code != http.StatusOK {
		t.Fatalf("%s answers %d %s %v", url, code, raw, err)
	}
	return out
}

// send sends a request, whatever it is answered by.
func send(t *testing.T, method, url, key, body string) (code int, header http.Header, raw []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if raw, err = io.ReadAll(answer.Body); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, raw
}
