package app_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/module"
)

// copies is how many times each record exists in the books of TestListsAreFastInNewOrganization.
const copies = 400

// TestListsAreFastInNewOrganization lists records with their allowed_actions, and events for
// callers of each reach. The organization has thousands of records for which PostgreSQL has no
// statistics, next to an organization of the same size with statistics.
func TestListsAreFastInNewOrganization(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	known := createCopiedBooks(t, a)
	if _, err := owner(t).Exec(t.Context(), "analyze"); err != nil {
		t.Fatal(err)
	}
	fresh := createCopiedBooks(t, a)
	compare := func(fresh, known *apptest.Organization, path string) {
		checkSlowdown(t, request{fresh, "/v1/" + path}, request{known, "/v1/" + path})
	}
	events := func(fresh, known *apptest.Organization) {
		compare(fresh, known, "events?pageSize=500")
		compare(fresh, known, "events?pageSize=500&filter="+url.QueryEscape(`type = "finance.bankTransfer.created"`))
	}
	events(fresh, known)
	for _, role := range []platformv1.ApiKey_Role{platformv1.ApiKey_BOOKKEEPER, platformv1.ApiKey_MANAGER,
		platformv1.ApiKey_EMPLOYEE} {
		events(fresh.WithRole(t, role), known.WithRole(t, role))
	}
	for _, list := range []string{
		"bankStatementLines", "bankMatches", "bankTransfers", "privateExpenses", "statementImports",
		"journalEntries", "accountingPeriods", "fiscalYears", "currencyRevaluations",
	} {
		compare(fresh, known, list+"?pageSize=500")
	}
	compare(fresh, known, "bankStatementLines?pageSize=500&view=REVIEW")
	compare(fresh, known, "bankStatementLines?pageSize=500&view=REVIEW&orderBy=booked_date%20desc")
	for filter, list := range map[string]string{
		"state = MATCHED": "bankStatementLines", "state = UNMATCHED": "bankStatementLines", "state = OPEN": "bankTransfers",
		"state = DRAFT": "journalEntries", "state = POSTED": "journalEntries", "state = COMPLETED": "reconciliations",
	} {
		compare(fresh, known, list+"?pageSize=500&filter="+url.QueryEscape(filter))
	}
}

// createCopiedBooks creates the books of createBooks and copies their records.
func createCopiedBooks(t *testing.T, a *module.App) *apptest.Organization {
	t.Helper()
	o := apptest.SignUpTo(t, a)
	createBooks(t, o)
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	tx, err := owner(t).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	run := func(sql string, args ...any) {
		t.Helper()
		if _, err := tx.Exec(t.Context(), sql, args...); err != nil {
			t.Fatalf("%s: %s", sql, err)
		}
	}
	// The trigger would reject the copies in closed months.
	run("alter table finance.journal_lines disable trigger user")
	run("set constraints all deferred")
	for _, name := range []string{
		"finance.journal_entries", "finance.journal_lines", "finance.statement_imports", "finance.bank_statements",
		"finance.bank_statement_lines", "finance.bank_matches", "finance.bank_match_lines", "finance.bank_match_entries",
		"finance.bank_transfers", "finance.private_expenses", "finance.reconciliations", "platform.events",
	} {
		run(copyStatement(t, name), org, copies)
	}
	run("set constraints all immediate")
	run("alter table finance.journal_lines enable trigger user")
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	return o
}

// copiedIDs are the columns that get a different value in each copy.
var copiedIDs = []string{
	"id", "journal_entry_id", "reverses_id", "reversed_by_id", "statement_import_id", "bank_statement_id",
	"bank_statement_line_id",
	"bank_match_id", "bank_transfer_id", "outgoing_line_id", "incoming_line_id",
}

// copyStatement returns the statement that copies the rows of an organization in a table.
func copyStatement(t *testing.T, name string) string {
	t.Helper()
	columns := column(t, owner(t), `
select attname
from pg_attribute
where attrelid = $1::text::regclass
and attnum > 0
and not attisdropped
and attgenerated = ''`, name)
	values := make([]string, len(columns))
	for i, c := range columns {
		switch {
		case slices.Contains(copiedIDs, c):
			values[i] = fmt.Sprintf("md5(%s::text || n)::uuid", c)
		case c == "deduplication_key":
			values[i] = c + " || '-' || n"
		default:
			values[i] = c
		}
	}
	return fmt.Sprintf("insert into %s (%s) select %s from %[1]s cross join generate_series(2, $2::int) n where "+
		"org_id = $1",
		name, strings.Join(columns, ", "), strings.Join(values, ", "))
}
