package banking_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// TestDatabaseKeepsEvidence changes what the bank reported, as the owner of the tables. The
// database refuses it, and accepts a change of what the program adds to a line.
func TestDatabaseKeepsEvidence(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	line := b.importLines(t, b.account.GetId(), "2026-01-05,Stationery,-100.00\n")[0]
	key, err := id.Parse("bsl", line.GetId())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	for _, column := range []string{
		"amount_minor = amount_minor + 1", "booked_date = booked_date + 1", "description = 'Toys'",
		"counterparty_name = 'Nobody'", "bank_reference = 'X'", "amount_currency = 'EUR'",
	} {
		_, err := conn.Exec(t.Context(), "update finance.bank_statement_lines set "+column+" where id = $1", key)
		if fault.Constraint(err) != "bank_statement_lines_are_evidence" {
			t.Errorf("%s: got %v, want it refused", column, err)
		}
	}
	if _, err := conn.Exec(t.Context(),
		"update finance.bank_statement_lines set hold_reason = 'Ask' where id = $1", key); err != nil {
		t.Errorf("the reason for a hold: %v", err)
	}
}
