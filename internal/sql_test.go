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
}, {
	name:   "no numbers of a sequence",
	why:    "a sequence is one server's",
	broken: found(`\b(nextval|currval|setval)\(`),
}, {
	name: "rows of an array joined to their organization",
	why:  "from an array alone the rows pass through the server that plans, which cannot copy them past row-level security",
	broken: func(s statement) string {
		if strings.Contains(s.text, "platform.organizations") {
			return ""
		}
		return found(`(?s)insert into .*from unnest\(`)(s)
	},
	except: map[string]string{
		"platform/db/event.go":         "the join makes the statements of a single posting a tenth slower",
		"platform/db/idempotency.go":   "the join makes the statements of a single posting a tenth slower",
		"app/testdata/statements.sql":  "the statements of platform/table: the join makes those of a single posting a tenth slower",
		"platform/jobs/chore_table.go": "the rows are of many organizations",
	},
}, {
	name:   "position outside of a subquery",
	why:    "the subquery is evaluated where the rows are, which have positions of their own",
	broken: found(`select platform\.position\(\)`),
	except: map[string]string{
		"platform/db/event.go":        "called for each row it makes a posting of 16 entries a fifth slower",
		"platform/table/lines.go":     "called for each row it makes a posting of 16 entries a fifth slower",
		"app/testdata/statements.sql": "it has the statements of platform/table/lines.go",
	},
}, {
	name: "horizon in a statement of its own",
	why:  "in another statement it is the horizon of the server where the rows are",
	broken: func(s statement) string {
		const horizon = "platform.horizon()"
		if strings.Contains(s.text, horizon) && strings.TrimSpace(s.text) != "select "+horizon {
			return horizon
		}
		return ""
	},
}, {
	name:   "no change inside of WITH",
	why:    "it is committed in two phases",
	broken: func(s statement) string { return nestedChange(parseSQL(s.text)) },
}, {
	name:   "case with conditions",
	why:    "an insert of a select with `case x when` is sent on wrongly",
	broken: found(`\bcase\s+[^\s]+\s+when\b`),
}}

// found returns a check for what a pattern matches.
func found(pattern string) func(statement) string {
	p := regexp.MustCompile("(?i)" + pattern)
	return func(s statement) string { return p.FindString(s.text) }
}

// nestedChange returns the first word of a query in parentheses that changes rows, or "".
func nestedChange(statement query) (change string) {
	statement.each(func(q query) {
		for _, in := range q.inner {
			if len(in.tokens) > 0 && slices.Contains([]string{"insert", "update", "delete"}, in.tokens[0]) {
				change = in.tokens[0]
			}
		}
	})
	return change
}

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
