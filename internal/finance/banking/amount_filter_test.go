package banking_test

import (
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// TestAmountFiltersCompareAcrossCurrencies checks that filters compare amounts by their numeric
// value, in currencies with zero, two and three decimal places.
func TestAmountFiltersCompareAcrossCurrencies(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	for account, amounts := range map[string][]string{
		b.account.GetId():          {"1500.00", "1.25"},
		b.addBankAccount(t, "JPY"): {"1500", "2"},
		b.addBankAccount(t, "KWD"): {"1500.000", "1.250", "1.251"},
	} {
		file := "Date,Description,Amount\n"
		for _, amount := range amounts {
			file += "2026-01-05,Paid " + amount + "," + amount + "\n"
		}
		b.mustImportTo(t, account, &pb.StatementImport{FileName: "lines.csv", Content: []byte(file)})
	}
	for filter, want := range map[string]string{
		`amount = "1500"`:                                "1500 JPY, 1500.00 USD, 1500.000 KWD",
		`amount = "1500.00"`:                             "1500 JPY, 1500.00 USD, 1500.000 KWD",
		`amount = "1.25"`:                                "1.25 USD, 1.250 KWD",
		`amount = "1.251"`:                               "1.251 KWD",
		`amount > "1.25" AND amount < "2"`:               "1.251 KWD",
		`amount > "1.25" AND amount <= "2"`:              "1.251 KWD, 2 JPY",
		`amount >= "1.2501" AND amount < "1500"`:         "1.251 KWD, 2 JPY",
		`amount > "1499.999" AND amount < "1500.001"`:    "1500 JPY, 1500.00 USD, 1500.000 KWD",
		`amount != "1500" AND amount > "1.25"`:           "1.251 KWD, 2 JPY",
		`amount.currency_code = "JPY" AND amount > "2"`:  "1500 JPY",
		`amount.currency_code = "KWD" AND amount < "10"`: "1.250 KWD, 1.251 KWD",
	} {
		var got []string
		for _, l := range b.listLines(t, filter) {
			got = append(got, l.GetAmount().GetAmount()+" "+l.GetAmount().GetCurrencyCode())
		}
		slices.Sort(got)
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: got %v, want %s", filter, got, want)
		}
	}
}
