package migrations

import (
	"context"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/testkit"
)

// schemaRules are the rules that a schema must keep so that its rows can be distributed over
// several servers by organization. Each query returns the names of the objects that break a rule.
var schemaRules = []struct {
	name, why, query string
	// except are the names that may break the rule, each with the reason.
	except map[string]string
}{{
	name: "the columns of a foreign key must be distinct",
	why:  "a distributed table does not support a column twice",
	query: `
select conname::text
from pg_constraint
where contype = 'f'
and connamespace = any($1::regnamespace[])
and cardinality(conkey) <> (select count(distinct c) from unnest(conkey) as c)`,
}, {
	name: "a foreign key must not set columns",
	why:  "org_id is part of the key and cannot be set, and the other columns cannot be set without it",
	query: `
select conname::text
from pg_constraint
where contype = 'f'
and connamespace = any($1::regnamespace[])
and (confdeltype in ('n', 'd') or confupdtype in ('n', 'd'))`,
}, {
	name: "a function with parameters must be in PL/pgSQL",
	why:  "an SQL function is planned as part of the statement, over all servers",
	query: `
select p.oid::regprocedure::text
from pg_proc p
join pg_language l on l.oid = p.prolang
where p.pronamespace = any($1::regnamespace[])
and l.lanname = 'sql'
and p.pronargs > 0`,
}, {
	name: "no default may use a sequence",
	why:  "a sequence exists on one server only",
	query: `
select d.adrelid::regclass || '.' || a.attname
from pg_attrdef d
join pg_class c on c.oid = d.adrelid
join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
where c.relnamespace = any($1::regnamespace[])
and pg_get_expr(d.adbin, d.adrelid) ~ 'nextval'`,
}, {
	name: "no trigger may join its transition table",
	why:  "a transition table cannot be joined to a distributed table; collect arrays and look up by value",
	query: `
select p.proname::text
from pg_trigger t
join pg_proc p on p.oid = t.tgfoid
join pg_class c on c.oid = t.tgrelid
where c.relnamespace = any($1::regnamespace[])
and (t.tgnewtable is not null or t.tgoldtable is not null)
and p.prosrc ~* '\mjoin\M'`,
	except: map[string]string{
		"keep_lines_balanced":    "arrays would make the statements of a single posting 10 % slower",
		"keep_lines_on_accounts": "arrays would make the statements of a single posting 10 % slower",
		"keep_periods_closed":    "arrays would make the statements of a single posting 10 % slower",
	},
}}

// TestSchemaCanBeDistributed checks the schema against schemaRules.
func TestSchemaCanBeDistributed(t *testing.T) {
	t.Parallel()
	url, release, err := testkit.Database(Run, "all-"+Fingerprint())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, r := range schemaRules {
		rows, err := conn.Query(t.Context(), r.query, []string{"platform", "finance", "operations", "people"})
		if err != nil {
			t.Fatal(err)
		}
		broken, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range broken {
			if r.except[name] == "" {
				t.Errorf("%s: %s: %s", name, r.name, r.why)
			}
		}
		for name := range r.except {
			if !slices.Contains(broken, name) {
				t.Errorf("%s keeps the rule: %s; remove its exception", name, r.name)
			}
		}
	}
}

// exempt are migrations that are older than the rules for migrations. They must not be edited.
var exempt = []string{
	"0005_platform_statistics.sql", "0007_platform_api_key_makers.sql", "0107_finance_closing_accounts.sql",
	"0115_finance_write_path.sql", "0122_finance_statement_rows.sql", "0123_finance_bank_statements.sql",
	"0125_finance_bank_matches.sql", "0126_finance_bank_transfers.sql", "0136_finance_bank_rule_effects.sql",
	"0137_finance_vendors_of_lines.sql", "0146_finance_reconciled_figures.sql", "0147_finance_bank_rule_splits.sql",
}

var (
	comment       = regexp.MustCompile(`--[^\n]*`)
	executedAlter = regexp.MustCompile(`(?i)'(alter table[^']*)'`)
	nested        = regexp.MustCompile(`\([^()]*\)|'[^']*'`)
	alterTable    = regexp.MustCompile(`(?i)alter table[^;]*`)
	tempSchema    = regexp.MustCompile(`(?i)\bpg_temp\b`)
)

// TestMigrationsCanBeDistributed checks the text of each new migration: an `alter table` makes only
// one change, and there are no temporary functions.
func TestMigrationsCanBeDistributed(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		source, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		up, _, _ := strings.Cut(string(source), "-- +goose Down")
		problems := findProblems(up)
		if slices.Contains(exempt, name) {
			if len(problems) == 0 {
				t.Errorf("%s keeps the rules; remove its exemption", name)
			}
			continue
		}
		for _, problem := range problems {
			t.Errorf("%s: %s", name, problem)
		}
	}
}

// findProblems returns the statements of a migration that a distributed database would refuse.
func findProblems(up string) (problems []string) {
	text := executedAlter.ReplaceAllString(comment.ReplaceAllString(up, ""), ";$1;")
	if tempSchema.MatchString(text) {
		problems = append(problems, "pg_temp: a temporary function does not exist on other servers")
	}
	for alter := range strings.SplitSeq(strings.Join(alterTable.FindAllString(text, -1), ";"), ";") {
		for nested.MatchString(alter) {
			alter = nested.ReplaceAllString(alter, "")
		}
		if strings.Contains(alter, ",") {
			problems = append(problems, "an alter table must make only one change: "+alter)
		}
	}
	return problems
}
