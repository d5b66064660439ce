// Package apptest sets up tests of the product: one database per test binary, and per test an app
// with a new organization, called over gRPC and REST through all interceptors. Tests share only the
// database and may all run in parallel. The package also compares every response and error with the
// OpenAPI document. Which capabilities are served is decided by the TestMain of each package.
package apptest

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/delivery"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/secret"
	"backoffice/internal/platform/testkit"
	"backoffice/migrations"
)

// connections is the size of each pool of a test binary. Test binaries run in parallel.
const connections = 16

// shared is the test binary's database, opened by the first test that needs it.
var shared struct {
	once sync.Once
	sharedDatabase
	err error
}

type sharedDatabase struct {
	url        string
	app, relay *db.DB
	folder     string
	release    func()
}

// modules are the capabilities that the tests serve in addition to the platform.
var modules []module.Constructor

// Main runs a package's tests with the modules that they need. Call it from TestMain:
// `func TestMain(m *testing.M) { apptest.Main(m, ledger.Module, payables.Module) }`.
func Main(m *testing.M, needed ...module.Constructor) {
	modules = needed
	// A property that calls the API takes a tenth of a second for each case.
	if checks := flag.Lookup("rapid.checks"); checks != nil {
		_ = checks.Value.Set("30")
	}
	code := testkit.Run(m)
	if shared.release != nil {
		shared.app.Close()
		shared.relay.Close()
		shared.release()
		_ = os.RemoveAll(shared.folder)
	}
	os.Exit(code)
}

func openShared() (s sharedDatabase, err error) {
	ctx := context.Background()
	if s.url, s.release, err = testkit.Database(migrations.Run, migrations.Fingerprint()); err != nil {
		return s, err
	}
	keys, err := secret.New(make([]byte, secret.KeySize))
	if err != nil {
		return s, err
	}
	if s.app, err = db.Open(ctx, s.url, db.AppRole, connections, keys, quiet()); err != nil {
		return s, err
	}
	if s.relay, err = db.Open(ctx, s.url, db.RelayRole, connections, keys, quiet()); err != nil {
		return s, err
	}
	s.folder, err = os.MkdirTemp("", "backoffice-files-")
	return s, err
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// Databases returns the connection pools of the test binary's database: one with the server's role
// and one with the relay's.
func Databases(t testing.TB) (app, relay *db.DB) {
	s := open(t)
	return s.app, s.relay
}

// FilesFolder returns the folder where the test binary stores files.
func FilesFolder(t testing.TB) string { return open(t).folder }

// URL returns the URL of the test binary's database with the login that owns the tables.
func URL(t testing.TB) string { return open(t).url }

func open(t testing.TB) *sharedDatabase {
	t.Helper()
	shared.once.Do(func() { shared.sharedDatabase, shared.err = openShared() })
	if shared.err != nil {
		t.Fatalf("the tests need PostgreSQL: %v", shared.err)
	}
	return &shared.sharedDatabase
}

// New creates an app for the test, with the system clock unless an option sets another.
func New(t testing.TB, options ...func(*module.Options)) *module.App {
	t.Helper()
	o := module.Options{
		Modules: slices.Clip(modules), Clock: calendar.System(), Log: quiet(), Files: files.Folder(open(t).folder),
		Mail: mail.Options{Outbox: delivery.Outbox(filepath.Join(open(t).folder, "outbox"))},
	}
	for _, change := range options {
		change(&o)
	}
	a, err := module.New(context.Background(), open(t).app, o)
	if err != nil {
		t.Fatal(fmt.Errorf("wiring the app: %w", err))
	}
	return a
}
