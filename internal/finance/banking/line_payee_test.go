package banking_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// TestPayeesOfStoredLinesAreDerived checks that imported lines have a payee, and that the chore derives the
// payees of lines of an earlier version.
func TestPayeesOfStoredLinesAreDerived(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	l := b.importLines(t, b.account.GetId(), "2026-01-05,POS PURCHASE STAPLES 0011 TAMPA FL,-41.00\n")[0]
	if l.GetPayee() != "staples" || len(b.findLines(t, `payee = "staples"`)) != 1 {
		t.Fatalf("got the payee %q", l.GetPayee())
	}
	key, err := id.Parse("org", b.o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(
		t.Context(), "update finance.bank_statement_lines set payee = '' where org_id = $1", key,
	); err != nil {
		t.Fatal(err)
	}
	b.o.RunJobs(t)
	if got := b.findLines(t, `payee = "staples"`); len(got) != 1 || got[0].GetEtag() != l.GetEtag() {
		t.Errorf("got %v, want the line with its payee and the same version", got)
	}
}
