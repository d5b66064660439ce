package banking_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// TestRulesDecideForeignLines applies a rule to lines of a bank account in euros, to stored lines
// and during an import. The payments realize exchange gains.
func TestRulesDecideForeignLines(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	abroad := b.addBankAccount(t, "EUR")
	for day, rate := range map[string]string{"2026-01-05": "1.10", "2026-01-12": "1.20", "2026-01-19": "1.30"} {
		if _, err := b.ledger.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{
			Date: day, FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Rate: rate,
		}}); err != nil {
			t.Fatal(err)
		}
	}
	b.importLines(t, abroad, "2026-01-05,Client,1000.00\n2026-01-12,Hotel,-400.00\n")
	b.rule(t, &pb.BankRule{
		DisplayName: "Hotels", Texts: []string{"Hotel"}, AccountId: b.codes["OPERATING_EXPENSE"],
	})
	b.rule(t, &pb.BankRule{
		DisplayName: "Clients", Texts: []string{"Client"}, AccountId: b.codes["SALES"],
	})
	if _, err := b.ApplyBankRules(t.Context(), &pb.ApplyBankRulesRequest{BankAccountId: abroad}); err != nil {
		t.Fatal(err)
	}
	b.importLines(t, abroad, "2026-01-19,Hotel,-600.00\n")
	gains, err := b.reports.GetRealizedGains(t.Context(), &pb.GetRealizedGainsRequest{
		StartDate: "2026-01-01", EndDate: "2026-01-31",
	})
	// 400 at 1.20 and 600 at 1.30 less 1,000 at 1.10.
	if err != nil || gains.GetTotal().GetAmount() != "160.00" {
		t.Errorf("got %v, %v, want a gain of 160.00", gains, err)
	}
}
