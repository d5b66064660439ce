package migrations

import (
	"context"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"backoffice/internal/platform/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Run(m)) }

// earlier is a migration that others with higher numbers do not build on.
const earlier = "0200_operations_work.sql"

// TestRunOutOfOrder brings a database up to date that has later migrations and lacks an
// earlier one, as it is after a domain adds one of its own.
func TestRunOutOfOrder(t *testing.T) {
	t.Parallel()
	url, release, err := testkit.Database(runWithout, "without-"+earlier)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	if n, err := Pending(t.Context(), url); err != nil || n != 1 {
		t.Fatalf("%d are pending, %v; want 1", n, err)
	}
	if err := Run(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	if n, err := Pending(t.Context(), url); err != nil || n != 0 {
		t.Errorf("%d are pending, %v; want 0", n, err)
	}
}

func runWithout(ctx context.Context, url string) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return err
	}
	some := fstest.MapFS{}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		if name != earlier {
			some[name] = &fstest.MapFile{Data: text}
		}
	}
	pool := stdlib.OpenDB(*config)
	defer pool.Close()
	p, err := provider(pool, some)
	if err == nil {
		_, err = p.Up(ctx)
	}
	return err
}
