package app_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"backoffice/internal/app/apptest"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

var update = flag.Bool("update", false, "write the golden file of the bindings' statements")

const golden = "testdata/statements.sql"

// TestStatements prepares every statement of every binding as the server's role, and
// holds them to the golden file, in which a change of SQL can be read.
func TestStatements(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	if _, err := conn.Exec(t.Context(), "set role backoffice_app"); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, k := range apptest.New(t).Kinds {
		b := k.Binding()
		statements := b.Statements()
		for _, what := range sorted(statements) {
			name := b.Name() + " " + what
			prepares(t, conn, name, statements[what])
			fmt.Fprintf(&all, "-- %s\n%s;\n\n", name, strings.TrimSpace(statements[what]))
		}
	}
	if *update {
		if err := os.WriteFile(golden, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), all.String()); diff != "" {
		t.Errorf("the bindings' SQL changed; if that is meant, run go test ./internal/app -run TestStatements -update\n%s", diff)
	}
}

func sorted(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func prepares(t *testing.T, conn *pgx.Conn, name, sql string) {
	t.Helper()
	if _, err := conn.Prepare(t.Context(), name, sql); err != nil {
		t.Errorf("%s: %v\n%s", name, err, sql)
	}
}

// TestHandWrittenStatements prepares every .sql file beside the code.
func TestHandWrittenStatements(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	if _, err := conn.Exec(t.Context(), "set role backoffice_app"); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".sql") || strings.Contains(name, "testdata") {
			return err
		}
		source, err := os.ReadFile(name)
		prepares(t, conn, name, string(source))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSortedColumns holds every sortable column to the index it names, and to be NOT
// NULL: pages over a column with nulls lose rows.
func TestSortedColumns(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	spaces := regexp.MustCompile(`[\s"]+`) // a column named as a function is in quotes
	for _, k := range apptest.New(t).Kinds {
		b := k.Binding()
		for name, index := range b.Indexes() {
			definitions := column(t, conn, "select indexdef from pg_indexes where schemaname = $1 and indexname = $2", strings.Split(b.Name(), ".")[0], index)
			want := fmt.Sprintf("(org_id, %s, id)", name)
			if len(definitions) != 1 || !strings.Contains(strings.ReplaceAll(spaces.ReplaceAllString(definitions[0], " "), " ,", ","), want) {
				t.Errorf("%s sorts by %s, but the index %s is %v, want %s", b.Name(), name, index, definitions, want)
			}
			if nullable := column(t, conn, "select attname from pg_attribute where attrelid = $1::text::regclass and attname = $2 and not attnotnull", b.Name(), name); len(nullable) != 0 {
				t.Errorf("%s sorts by %s, which may be null", b.Name(), name)
			}
		}
	}
}
