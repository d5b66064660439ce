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

// schemaRules are queries for what a database cannot have whose rows are distributed by
// organization. Each returns the names of what breaks the rule.
var schemaRules = []struct {
	name, why, query string
	// except are names that may break the rule, with the reason.
	except map[string]string
}{{
	name: "foreign key with distinct columns",
	why:  "a column may not be named twice",
	query: `
select conname::text
from pg_constraint
where contype = 'f'
and connamespace = any($1::regnamespace[])
and cardinality(conkey) <> (select count(distinct c) from unnest(conkey) as c)`,
}, {
	name: "foreign key that sets no column",
	why:  "org_id, which is part of the key, may not be set, nor other columns alone",
	query: `
select conname::text
from pg_constraint
where contype = 'f'
and connamespace = any($1::regnamespace[])
and (confdeltype in ('n', 'd') or confupdtype in ('n', 'd'))`,
}, {
	name: "function with parameters in PL/pgSQL",
	why:  "an SQL function is planned as part of a statement, over all servers",
	query: `
select p.oid::regprocedure::text
from pg_proc p
join pg_language l on l.oid = p.prolang
where p.pronamespace = any($1::regnamespace[])
and l.lanname = 'sql'
and p.pronargs > 0`,
}, {
	name: "no default of a sequence",
	why:  "a sequence is one server's",
	query: `
select d.adrelid::regclass || '.' || a.attname
from pg_attrdef d
join pg_class c on c.oid = d.adrelid
join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
where c.relnamespace = any($1::regnamespace[])
and pg_get_expr(d.adbin, d.adrelid) ~ 'nextval'`,
}, {
	name: "no trigger that joins its new rows",
	why:  "a transition table has no outer join to a distributed one: gather arrays, and look up by value",
	query: `
select p.proname::text
from pg_trigger t
join pg_proc p on p.oid = t.tgfoid
join pg_class c on c.oid = t.tgrelid
where c.relnamespace = any($1::regnamespace[])
and (t.tgnewtable is not null or t.tgoldtable is not null)
and p.prosrc ~* '\mjoin\M'`,
	except: map[string]string{
		"keep_lines_balanced":    "arrays make the statements of a single posting a tenth slower",
		"keep_lines_on_accounts": "arrays make the statements of a single posting a tenth slower",
		"keep_periods_closed":    "arrays make the statements of a single posting a tenth slower",
	},
}}

// TestSchemaIsReadyToBeDistributed checks the schema against the rules.
func TestSchemaIsReadyToBeDistributed(t *testing.T) {
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
				t.Errorf("%s needs no exception from: %s", name, r.name)
			}
		}
	}
}

// released are migrations that came before the rules for their text. What they do is fixed.
var released = []string{
	"0005_platform_statistics.sql", "0007_platform_api_key_makers.sql", "0107_finance_closing_accounts.sql",
	"0115_finance_write_path.sql", "0122_finance_statement_rows.sql", "0123_finance_bank_statements.sql",
	"0125_finance_bank_matches.sql", "0126_finance_bank_transfers.sql", "0136_finance_bank_rule_effects.sql",
	"0137_finance_vendors_of_lines.sql", "0146_finance_reconciled_figures.sql", "0147_finance_bank_rule_splits.sql",
}

var (
	comments     = regexp.MustCompile(`--[^\n]*`)
	executed     = regexp.MustCompile(`(?i)'(alter table[^']*)'`)
	nested       = regexp.MustCompile(`\([^()]*\)|'[^']*'`)
	alterTable   = regexp.MustCompile(`(?i)alter table[^;]*`)
	ofTheSession = regexp.MustCompile(`(?i)\bpg_temp\b`)
)

// TestMigrationsAreReadyToBeDistributed checks the text of each new migration: an alter table
// makes one change, and no function is the session's alone.
func TestMigrationsAreReadyToBeDistributed(t *testing.T) {
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
		found := refusedDDL(up)
		if slices.Contains(released, name) {
			if len(found) == 0 {
				t.Errorf("%s needs no exception", name)
			}
			continue
		}
		for _, what := range found {
			t.Errorf("%s: %s", name, what)
		}
	}
}

// refusedDDL returns what of a migration a distributed database refuses.
func refusedDDL(up string) (found []string) {
	text := executed.ReplaceAllString(comments.ReplaceAllString(up, ""), ";$1;")
	if ofTheSession.MatchString(text) {
		found = append(found, "pg_temp: a function of the session is unknown to other servers")
	}
	for alter := range strings.SplitSeq(strings.Join(alterTable.FindAllString(text, -1), ";"), ";") {
		for nested.MatchString(alter) {
			alter = nested.ReplaceAllString(alter, "")
		}
		if strings.Contains(alter, ",") {
			found = append(found, "one change in each alter table: "+alter)
		}
	}
	return found
}
