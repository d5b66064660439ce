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

var update = flag.Bool("update", false, "rewrite the golden files")

const golden = "testdata/sql_statements.sql"

// TestStatements checks that PostgreSQL, in the server's role, accepts every statement that the
// table bindings build. It also compares the statements with testdata/sql_statements.sql.
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
		for _, key := range sorted(statements) {
			name := b.Name() + " " + key
			checkPrepares(t, conn, name, statements[key])
			fmt.Fprintf(&all, "-- %s\n%s;\n\n", name, strings.TrimSpace(statements[key]))
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
		t.Errorf("the bindings' SQL changed; if that is intended, "+
			"run go test ./internal/app -run TestStatements -update\n%s", diff)
	}
}

// sorted returns the sorted keys of a map.
func sorted(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// checkPrepares checks that PostgreSQL accepts a statement.
func checkPrepares(t *testing.T, conn *pgx.Conn, name, sql string) {
	t.Helper()
	if _, err := conn.Prepare(t.Context(), name, sql); err != nil {
		t.Errorf("%s: %v\n%s", name, err, sql)
	}
}

// TestSQLFilesPrepare prepares the statement of every .sql file.
func TestSQLFilesPrepare(t *testing.T) {
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
		checkPrepares(t, conn, name, string(source))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSortableColumnsAreIndexed checks that every sortable column has the index that its binding
// names, and is NOT NULL, since pages over a column with nulls lose rows.
func TestSortableColumnsAreIndexed(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	spaces := regexp.MustCompile(`[\s"]+`) // pg_indexes quotes a column with the name of a function
	for _, k := range apptest.New(t).Kinds {
		b := k.Binding()
		for name, index := range b.Indexes() {
			definitions := column(t, conn, "select indexdef from pg_indexes where schemaname = $1 and indexname = $2",
				strings.Split(b.Name(), ".")[0], index)
			want := fmt.Sprintf("(org_id, %s, id)", name)
			if len(definitions) != 1 || !strings.Contains(strings.ReplaceAll(spaces.ReplaceAllString(definitions[0], " "),
				" ,", ","), want) {
				t.Errorf("%s sorts by %s: got the index %s %v, want %s", b.Name(), name, index, definitions, want)
			}
			if nullable := column(t, conn,
				"select attname from pg_attribute where attrelid = $1::text::regclass and attname = $2 and not attnotnull",
				b.Name(), name); len(nullable) != 0 {
				t.Errorf("%s sorts by %s, which is nullable", b.Name(), name)
			}
		}
	}
}
