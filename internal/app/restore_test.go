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

// dumpUsedDatabase dumps a database with events of high positions. key is an API key of its
// organization.
func dumpUsedDatabase(t *testing.T, log *slog.Logger) (dump, key string) {
	t.Helper()
	old := startCluster(t, log)
	web, _, stop := serve(t, clusterSettings(t, old))
	key = signUp(t, web)
	for range 5 {
		addPerson(t, web, key)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	// Use many more transaction ids in the old cluster than in the new one.
	admin := connect(t, superuserURL(t, old))
	for range 2000 {
		if _, err := admin.Exec(t.Context(), "select pg_current_xact_id()"); err != nil {
			t.Fatal(err)
		}
	}
	web, _, stop = serve(t, clusterSettings(t, old))
	addPerson(t, web, key)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	dump = filepath.Join(folder(t), "dump")
	program(t, "pg_dump", "--format=custom", "--file="+dump, superuserURL(t, old))
	return dump, key
}

// TestRestoredDatabaseContinuesEventLog dumps a database and restores it into a new cluster, whose
// transaction ids start at the beginning. New events must get positions above the highest one, and
// the horizon must pass them.
func TestRestoredDatabaseContinuesEventLog(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	dump, key := dumpUsedDatabase(t, log)
	fresh := startCluster(t, log)
	restored := connect(t, superuserURL(t, fresh))
	if _, err := restored.Exec(t.Context(),
		"create role backoffice_app nologin; create role backoffice_relay nologin; grant backoffice_app, "+
			"backoffice_relay to backoffice"); err != nil {
		t.Fatal(err)
	}
	program(t, "pg_restore", "--dbname="+superuserURL(t, fresh), dump)
	var highest int64
	query(t, restored, "select max(position) from platform.events", &highest)

	web, _, stop := serve(t, clusterSettings(t, fresh))
	addPerson(t, web, key)
	var lowest int64
	query(t, restored, "select min(position) from platform.events where position > "+strconv.FormatInt(highest, 10),
		&lowest)
	complete := false
	for deadline := time.Now().Add(30 * time.Second); !complete && time.Now().Before(deadline); {
		query(t, restored, "select platform.horizon() > max(position) from platform.events", &complete)
	}
	if !complete {
		t.Error("the horizon did not pass the last event in 30 seconds")
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// startCluster starts PostgreSQL with an empty database.
func startCluster(t *testing.T, log *slog.Logger) *embedded.Server {
	t.Helper()
	server, err := embedded.Start(t.Context(), embedded.Config{DataDir: folder(t), Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop(context.Background()) })
	return server
}

// clusterSettings returns the settings of a server with a managed database.
func clusterSettings(t *testing.T, server *embedded.Server) app.Settings {
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

// program runs a client program of PostgreSQL, such as pg_dump.
func program(t *testing.T, name string, args ...string) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
		if len(found) == 0 {
			t.Fatalf("%s is not installed", name)
		}
		path = found[len(found)-1]
	}
	if out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// signUp signs up over REST and returns the API key.
func signUp(t *testing.T, web string) string {
	t.Helper()
	body := `{"displayName": "Acme", "currencyCode": "USD", "timeZone": "UTC", "regionCode": "US", "ownerEmail": ` +
		`"a@acme.example", "ownerDisplayName": "A", "ownerPassword": "correct horse", "test": true}`
	response := post(t, "http://"+web+"/v1/organizations:signUp", "", body)
	return response["apiKey"].(map[string]any)["secret"].(string)
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
		t.Fatalf("%s: got %d %s %v", url, code, raw, err)
	}
	return out
}

// send sends a request and returns the response, even if it is an error.
func send(t *testing.T, method, url, key, body string) (code int, header http.Header, raw []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if raw, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, raw
}
