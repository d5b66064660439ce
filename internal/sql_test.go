package internal_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// statement is a text of SQL with the place where it stands.
type statement struct{ place, text string }

// A rule keeps statements fit for a database whose rows are distributed by organization,
// where a statement that names one organization runs on one server.
type rule struct {
	name, why string
	// broken returns what breaks the rule in a statement, or "".
	broken func(statement) string
	// except are places that may break the rule, with the reason.
	except map[string]string
}

var rules = []rule{{
	name: "organization of each table",
	why:  "a table joined by another table's org_id is looked for on all servers",
	broken: func(s statement) string {
		return strings.Join(unbound(parseSQL(s.text)), ", ")
	},
	except: map[string]string{
		"app/doctor_books.go":          "it lists the organizations",
		"platform/history/relay.go":    "it follows the events of all organizations",
		"platform/jobs/chore_table.go": "it looks for organizations with chores",
	},
}}

// TestStatementsAreReadyToBeDistributed checks every statement against the rules.
func TestStatementsAreReadyToBeDistributed(t *testing.T) {
	t.Parallel()
	all := statements(t)
	for _, r := range rules {
		excused := map[string]bool{}
		for _, s := range all {
			what := r.broken(s)
			switch {
			case what == "":
			case r.except[s.place] != "":
				excused[s.place] = true
			default:
				t.Errorf("%s: %s: %s (%s) in\n%s", s.place, r.name, what, r.why, s.text)
			}
		}
		for place := range r.except {
			if !excused[place] {
				t.Errorf("%s: %s needs no exception", place, r.name)
			}
		}
	}
}

var isSQL = regexp.MustCompile(`(?i)\b(platform|finance|operations|people)\.[a-z_]+\b|\b(from|into|update) %s`)

// statements returns the SQL of the product: in Go files, in files of its own, and what
// tables compose. Migrations, which run once, have a test of their own.
func statements(t *testing.T) (out []statement) {
	t.Helper()
	for _, f := range files(t) {
		if f.test || slices.Contains(programs, strings.Split(f.dir, "/")[0]) {
			continue
		}
		for _, text := range texts(f.syntax) {
			if isSQL.MatchString(text) && regexp.MustCompile(`(?i)\b(select|insert into|update|delete from)\b`).MatchString(text) {
				out = append(out, statement{f.path, text})
			}
		}
	}
	found := sqlFiles(t, ".")
	for _, name := range slices.Sorted(maps.Keys(found)) {
		for _, text := range strings.Split(found[name], ";\n") {
			out = append(out, statement{name, text})
		}
	}
	return out
}

// outsideTenants are tables that are not behind row-level security.
var outsideTenants = []string{
	"platform.cluster", "platform.credentials", "platform.logins", "platform.relay_cursors", "platform.write_probe",
}

// functions may follow "from" like a table.
var functions = []string{"platform.idle_blobs", "platform.org_id", "platform.position", "platform.horizon"}

// unbound returns the tables in a statement that are not bound to an organization by a
// parameter.
func unbound(statement query) (out []string) {
	statement.each(func(q query) {
		for _, part := range q.parts() {
			for _, u := range uses(part) {
				column := "org_id"
				if u.alias != "" {
					column = u.alias + ".org_id"
				}
				if !slices.Contains(outsideTenants, u.table) && !slices.Contains(functions, u.table) && !has(part, column, "=", "$") {
					out = append(out, strings.TrimSpace(u.table+" "+u.alias))
				}
			}
		}
	})
	return out
}
