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

// copies is how often each record of the books of TestListsOfANewOrganizationAreFast stands there.
const copies = 400

// TestListsOfANewOrganizationAreFast lists records of which the guards are asked, and the events
// that callers of each reach may see, of thousands that Postgres has no statistics of, beside an
// organization that it knows. Each must be answered within a second. The test is not parallel,
// since it measures time.
func TestListsOfANewOrganizationAreFast(t *testing.T) {
	a := apptest.New(t)
	keepCopiedBooks(t, a)
	if _, err := owner(t).Exec(t.Context(), "analyze"); err != nil {
		t.Fatal(err)
	}
	o := keepCopiedBooks(t, a)
	readers := map[string]*apptest.Organization{"owner": o}
	for _, role := range []platformv1.ApiKey_Role{platformv1.ApiKey_BOOKKEEPER, platformv1.ApiKey_MANAGER, platformv1.ApiKey_EMPLOYEE} {
		readers[role.String()] = o.WithRole(t, role)
	}
	for who, reader := range readers {
		quick(t, reader, "events?pageSize=500", who)
		quick(t, reader, "events?pageSize=500&filter="+url.QueryEscape(`type = "finance.bankTransfer.created"`), who)
	}
	for _, list := range []string{
		"bankStatementLines", "bankMatches", "bankTransfers", "privateExpenses", "statementImports",
		"journalEntries", "accountingPeriods", "fiscalYears", "currencyRevaluations",
	} {
		quick(t, o, list+"?pageSize=500", "owner")
	}
	for filter, list := range map[string]string{
		"state = MATCHED": "bankStatementLines", "state = UNMATCHED": "bankStatementLines", "state = OPEN": "bankTransfers",
		"state = DRAFT": "journalEntries", "state = POSTED": "journalEntries", "state = COMPLETED": "reconciliations",
	} {
		quick(t, o, list+"?pageSize=500&filter="+url.QueryEscape(filter), "owner")
	}
}

// quick fails the test if a path takes more than a second: the best of three times.
func quick(t *testing.T, o *apptest.Organization, path, who string) {
	t.Helper()
	b := &largeBooks{Organization: o}
	took, most := b.quickest(t, "/v1/"+path), allowed(path)
	if took > most {
		t.Errorf("%s: %s takes %s, and may take %s", who, path, took, most)
	}
}

// keepCopiedBooks makes the books of keepBooks, and copies what was entered.
func keepCopiedBooks(t *testing.T, a *module.App) *apptest.Organization {
	t.Helper()
	o := apptest.SignUpTo(t, a)
	keepBooks(t, o)
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
	// Some of the copies are of closed months too.
	run("alter table finance.journal_lines disable trigger user")
	run("set constraints all deferred")
	for _, name := range []string{
		"finance.journal_entries", "finance.journal_lines", "finance.statement_imports", "finance.bank_statements",
		"finance.bank_statement_lines", "finance.bank_matches", "finance.bank_match_lines", "finance.bank_match_entries",
		"finance.bank_transfers", "finance.private_expenses", "finance.reconciliations", "platform.events",
	} {
		run(copying(t, name), org, copies)
	}
	run("set constraints all immediate")
	run("alter table finance.journal_lines enable trigger user")
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	return o
}

// renamed are the columns whose values are other ones in each copy.
var renamed = []string{
	"id", "journal_entry_id", "reverses_id", "reversed_by_id", "statement_import_id", "bank_statement_id", "bank_statement_line_id",
	"bank_match_id", "bank_transfer_id", "outgoing_line_id", "incoming_line_id",
}

// copying is the statement that copies the rows of an organization in a table.
func copying(t *testing.T, name string) string {
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
		case slices.Contains(renamed, c):
			values[i] = fmt.Sprintf("md5(%s::text || n)::uuid", c)
		case c == "deduplication_key":
			values[i] = c + " || '-' || n"
		default:
			values[i] = c
		}
	}
	return fmt.Sprintf("insert into %s (%s) select %s from %[1]s cross join generate_series(2, $2::int) n where org_id = $1",
		name, strings.Join(columns, ", "), strings.Join(values, ", "))
}
