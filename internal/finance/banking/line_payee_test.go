package banking_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/banking"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/jobs"
)

// TestPayeesOfStoredLinesAreDerived checks that imported lines have a payee, and that the chore
// derives the payees of lines of an earlier version.
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

// TestPayeesAreDerivedInTurns checks that the chore derives one batch of payees in a turn, and says
// that it has more work to do. Lines without words, which stay without a payee, do not stop it.
func TestPayeesAreDerivedInTurns(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	var rows strings.Builder
	rows.WriteString("Date,Text,Amount\n")
	for i := range 2001 {
		fmt.Fprintf(&rows, "2026-01-%02d,%d,-%d.%02d\n", 1+i%28, 100000+i, 1+i/100, i%100)
	}
	b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{Content: []byte(rows.String())})
	key, err := id.Parse("org", b.o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	systemCall, err := b.o.App.Identity.SystemCall(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	systemCall.Method = "chore/payees"
	d, _ := apptest.Databases(t)
	service, ctx := banking.New(d, nil), call.With(t.Context(), systemCall)
	if err := service.DerivePayees(ctx); !errors.Is(err, jobs.ErrAgain) {
		t.Errorf("first turn: got %v, want ErrAgain", err)
	}
	if err := service.DerivePayees(ctx); err != nil {
		t.Errorf("second turn: got %v, want that the work is done", err)
	}
}
