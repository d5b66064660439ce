package banking_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// TestMatchRealizesExchangeGains pays a receivable and a debt in euros from an account in dollars
// and a loan in euros from an account in euros. The gains appear in the report of realized gains.
func TestMatchRealizesExchangeGains(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	prepaid, owed, loan := b.codes["PREPAID_EXPENSE"], b.codes["PAYROLL_LIABILITY"], b.addEuroLoan(t)
	receivable := b.post(t, "2026-01-02", prepaid, b.codes["OTHER_INCOME"], "100", euros("1.10"))
	debt := b.post(t, "2026-01-02", b.codes["OTHER_EXPENSE"], owed, "100", euros("1.10"))
	said := b.importLines(t, b.account.GetId(), "2026-02-05,Customer,108.00\n2026-02-06,Supplier,-108.00\n")
	_, err := b.createMatch(t, &pb.BankMatch{Lines: lines(said[0]), Entries: onAccount(prepaid, entries(receivable))})
	wantReason(t, err, optionsv1.Reason_MATCH_AMOUNT_DIFFERS)
	lost, err := b.createMatch(t, &pb.BankMatch{
		Lines: lines(said[0]), Entries: onAccount(prepaid, entries(receivable)), ExchangeDifference: true,
	})
	if err != nil || lost.GetExchangeGain().GetAmount() != "-2.00" {
		t.Fatalf("got %v, %v", lost, err)
	}
	gained, err := b.createMatch(t, &pb.BankMatch{
		Lines: lines(said[1]), Entries: onAccount(owed, entries(debt)), ExchangeDifference: true,
	})
	if err != nil || gained.GetExchangeGain().GetAmount() != "2.00" {
		t.Fatalf("got %v, %v", gained, err)
	}
	b.repayLoan(t, loan)
	got, err := b.reports.GetRealizedGains(t.Context(), &pb.GetRealizedGainsRequest{
		StartDate: "2026-01-01", EndDate: "2026-12-31",
	})
	if err != nil || len(got.GetGains()) != 4 || got.GetTotal().GetAmount() != "1.00" {
		t.Fatalf("got %v, %v", got, err)
	}
	for i, want := range []string{"-2.00", "2.00", "3.00", "-2.00"} {
		if g := got.GetGains()[i]; g.GetGain().GetAmount() != want || g.GetCurrencyCode() != "EUR" {
			t.Errorf("got %v, want %s", g, want)
		}
	}
	for _, account := range []string{prepaid, owed, loan} {
		if held := b.balance(t, account); held != "" && held != "0.00/0.00" {
			t.Errorf("a fully matched account has a balance of %s", held)
		}
	}
	if _, err := b.undoMatch(t, lost.GetId()); err != nil {
		t.Fatal(err)
	}
	if got, err := b.reports.GetRealizedGains(t.Context(), &pb.GetRealizedGainsRequest{
		StartDate: "2026-01-01", EndDate: "2026-12-31",
	}); err != nil || got.GetTotal().GetAmount() != "3.00" {
		t.Errorf("gains after the undo: got %v, %v, want 3.00", got, err)
	}
}

// addEuroLoan adds a loan account in euros and returns its id.
func (b bank) addEuroLoan(t *testing.T) string {
	t.Helper()
	loan, err := b.ledger.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: &pb.Account{
		DisplayName: "Loan in euros", Type: pb.Account_LIABILITY, Subtype: pb.Account_LOAN, CurrencyCode: "EUR",
	}})
	if err != nil {
		t.Fatal(err)
	}
	return loan.GetId()
}

// repayLoan repays a loan in euros in two parts from a bank account in euros. One part gains 3.00
// dollars and the other loses 2.00.
func (b bank) repayLoan(t *testing.T, loan string) {
	t.Helper()
	abroad := b.addBankAccount(t, "EUR")
	borrowed := b.post(t, "2026-01-02", b.codes["OTHER_EXPENSE"], loan, "50", euros("1.20"))
	repaid := b.importLines(t, abroad, "2026-02-07,Repaid,-30.00\n2026-02-08,Repaid again,-20.00\n")
	_, err := b.createMatch(
		t, &pb.BankMatch{Lines: lines(repaid[0]), Entries: onAccount(loan, entries(borrowed, "-30 EUR"))},
	)
	wantReason(t, err, optionsv1.Reason_EXCHANGE_RATE_MISSING)
	for i, rate := range []string{"1.1", "1.3"} {
		m, err := b.createMatch(t, &pb.BankMatch{
			Lines: lines(repaid[i]), ExchangeRate: rate,
			Entries: onAccount(loan, entries(borrowed, "-"+[]string{"30", "20"}[i]+" EUR")),
		})
		if err != nil || m.GetExchangeGain().GetAmount() != []string{"3.00", "-2.00"}[i] {
			t.Fatalf("got %v, %v", m, err)
		}
	}
}
