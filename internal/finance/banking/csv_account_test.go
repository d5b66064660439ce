package banking_test

import (
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestCSVRowsOfOtherAccountsAreLeftOut imports a CSV file with the rows of two accounts. The bank
// account gets its own, with a warning, and a file of other accounts only is refused.
func TestCSVRowsOfOtherAccountsAreLeftOut(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	account, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
		BankAccount: &pb.BankAccount{DisplayName: "Savings", AccountNumber: "0012345678"},
	})
	if err != nil {
		t.Fatal(err)
	}
	content := "Account Number,Date,Description,Amount\n12345678,2026-01-05,Tea,-1.00\n" +
		"99887766,2026-01-05,Rent,-50.00\n12345678,2026-01-06,Pay,5.00\n99887766,2026-01-07,Tea,-2.00\n"
	made := b.mustImportTo(t, account.GetId(), &pb.StatementImport{Content: []byte(content)})
	if counts(made) != [4]int32{2, 2, 0, 0} || len(made.GetStatements()) != 1 ||
		made.GetStatements()[0].GetAccountNumber() != "12345678" ||
		!strings.Contains(strings.Join(made.GetWarnings(), "\n"), "1 statements of other accounts were left out") {
		t.Errorf("got %v, want the two rows of the account and a warning", made)
	}
	for name, other := range map[string]string{
		"another account":   strings.ReplaceAll(content, "12345678", "99887766"),
		"two other account": strings.ReplaceAll(content, "12345678", "55554444"),
	} {
		_, err := b.CreateStatementImport(t.Context(), &pb.CreateStatementImportRequest{
			BankAccountId: account.GetId(), StatementImport: &pb.StatementImport{Content: []byte(other)},
		})
		if apptest.Reason(err) != optionsv1.Reason_STATEMENT_ACCOUNT_AMBIGUOUS {
			t.Errorf("%s: got %v, want STATEMENT_ACCOUNT_AMBIGUOUS", name, err)
		}
	}
}

// TestProfileNamesTheAccountColumn imports the own rows of a file whose account column has a name
// that is not known.
func TestProfileNamesTheAccountColumn(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	account, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
		BankAccount: &pb.BankAccount{DisplayName: "Savings", AccountNumber: "12345678"},
	})
	if err != nil {
		t.Fatal(err)
	}
	profile, err := b.CreateCsvProfile(t.Context(), &pb.CreateCsvProfileRequest{CsvProfile: &pb.CsvProfile{
		DisplayName: "A bank", AccountColumn: "Product",
	}})
	if err != nil {
		t.Fatal(err)
	}
	made := b.mustImportTo(t, account.GetId(), &pb.StatementImport{CsvProfileId: profile.GetId(), Content: []byte(
		"Product,Date,Description,Amount\n12345678,2026-01-05,Tea,-1.00\n99887766,2026-01-05,Rent,-50.00\n",
	)})
	if made.GetNewCount() != 1 || made.GetStatements()[0].GetAccountNumber() != "12345678" {
		t.Errorf("got %v, want the row of the account", made)
	}
}
