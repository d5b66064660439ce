package internal_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// statement is the text of an SQL statement and the file that contains it.
type statement struct{ place, text string }

// rule is a rule that statements must follow so that the rows can be distributed over several
// database servers by organization. Then a statement with one organization runs on one server.
type rule struct {
	name, why string
	// broken returns the part of a statement that breaks the rule, or "".
	broken func(statement) string
	// except are the files that may break the rule, with the reason.
	except map[string]string
}

var rules = []rule{{
	name: "bind org_id of each table to a parameter",
	why:  "a table joined by another table's org_id is searched on all servers",
	broken: func(s statement) string {
		return strings.Join(unbound(parseSQL(s.text)), ", ")
	},
	except: map[string]string{
		"app/maintenance.go":                      "it lists the organizations",
		"platform/history/relay.go":               "it reads the events of all organizations",
		"platform/jobs/chore_table.go":            "it searches for organizations with due chores",
		"platform/schedule/chore.go":              "it searches for organizations with due schedules",
		"platform/responsibility/announcement.go": "it searches for organizations with due deadlines",
		"platform/approval/escalation.go":         "it searches for organizations whose requests escalate",
		"platform/files/expired_uploads.go":       "it searches for organizations with expired uploads",
		"platform/notification/cause.go":          "it stores the events of all organizations",
		"platform/notification/delivery.go":       "it searches for organizations with due deliveries",
		"platform/search/indexing.go":             "it searches for organizations with an incomplete index",
		"platform/files/thumbnail.go":             "it searches for organizations with images without thumbnails",
	},
}, {
	name:   "use no sequence",
	why:    "each server would have a different sequence",
	broken: found(`\b(nextval|currval|setval)\(`),
}, {
	name: "join inserted rows of an array to their organization",
	why: "rows of an array alone pass through the server that plans the statement, " +
		"which cannot copy them past row-level security",
	broken: func(s statement) string {
		if strings.Contains(s.text, "platform.organizations") {
			return ""
		}
		return found(`(?s)insert into .*from unnest\(`)(s)
	},
	except: map[string]string{
		"platform/db/event.go":       "the join makes the statements of a single posting a tenth slower",
		"platform/db/idempotency.go": "the join makes the statements of a single posting a tenth slower",
		"app/testdata/sql_statements.sql": "the statements of platform/table: the join makes those of a single posting a " +
			"tenth slower",
		"platform/jobs/chore_table.go":   "the rows belong to many organizations",
		"platform/notification/cause.go": "the rows belong to many organizations",
		"platform/search/follower.go":    "the rows belong to many organizations",
	},
}, {
	name:   "call platform.position() outside of a subquery",
	why:    "a subquery is evaluated on the server of the rows, where positions differ",
	broken: found(`select platform\.position\(\)`),
	except: map[string]string{
		"platform/db/event.go":            "a call for each row makes a posting of 16 entries a fifth slower",
		"platform/table/lines.go":         "a call for each row makes a posting of 16 entries a fifth slower",
		"app/testdata/sql_statements.sql": "it contains the statements of platform/table/lines.go",
	},
}, {
	name: "call platform.horizon() in a separate statement",
	why:  "within another statement it is the horizon of the server that has the rows",
	broken: func(s statement) string {
		const horizon = "platform.horizon()"
		if strings.Contains(s.text, horizon) && strings.TrimSpace(s.text) != "select "+horizon {
			return horizon
		}
		return ""
	},
}, {
	name:   "change no rows inside of WITH",
	why:    "such a statement needs a two-phase commit",
	broken: func(s statement) string { return nestedChange(parseSQL(s.text)) },
}, {
	name:   "write `case when x =` instead of `case x when`",
	why:    "an insert of a select with `case x when` is forwarded to the servers incorrectly",
	broken: found(`\bcase\s+[^\s]+\s+when\b`),
}}

// found returns a check that returns the first match of a pattern.
func found(pattern string) func(statement) string {
	p := regexp.MustCompile("(?i)" + pattern)
	return func(s statement) string { return p.FindString(s.text) }
}

// nestedChange returns the verb of a query in parentheses that changes rows, or "".
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

// TestStatementsCanBeDistributed checks every statement against the rules.
func TestStatementsCanBeDistributed(t *testing.T) {
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
				t.Errorf("%s breaks the rule %q by %s (%s) in\n%s", s.place, r.name, what, r.why, s.text)
			}
		}
		for place := range r.except {
			if !excused[place] {
				t.Errorf("%s: remove the unused exception from the rule %q", place, r.name)
			}
		}
	}
}

// A string literal is a statement if it matches both: it names a table and has a verb.
var (
	sqlTable = regexp.MustCompile(`(?i)\b(platform|finance|operations|people)\.[a-z_]+\b|\b(from|into|update) %s`)
	sqlVerb  = regexp.MustCompile(`(?i)\b(select|insert into|update|delete from)\b`)
)

// statements returns the SQL of the product: string literals of Go files, .sql files, and the
// composed statements of tables, which are in a golden file. Migrations have another test, since
// they run once.
func statements(t *testing.T) (out []statement) {
	t.Helper()
	for _, f := range files(t) {
		if f.test || slices.Contains(programs, strings.Split(f.dir, "/")[0]) {
			continue
		}
		for _, text := range stringExpressions(f.syntax) {
			if sqlTable.MatchString(text) && sqlVerb.MatchString(text) {
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

// outsideTenants are the tables without row-level security.
var outsideTenants = []string{
	"platform.cluster", "platform.credentials", "platform.logins", "platform.relay_cursors", "platform.write_probe",
}

// functions are the functions that may follow "from" like a table.
var functions = []string{"platform.idle_blobs", "platform.org_id", "platform.position", "platform.horizon"}

// unbound returns the tables of a statement whose org_id is not compared with a parameter.
func unbound(statement query) (out []string) {
	statement.each(func(q query) {
		for _, part := range q.parts() {
			for _, u := range uses(part) {
				column := "org_id"
				if u.alias != "" {
					column = u.alias + ".org_id"
				}
				if !slices.Contains(outsideTenants, u.table) && !slices.Contains(functions, u.table) && !has(part,
					column, "=",
					"$") {
					out = append(out, strings.TrimSpace(u.table+" "+u.alias))
				}
			}
		}
	})
	return out
}
