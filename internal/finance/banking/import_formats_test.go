package banking_test

import (
	"os"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

func (b bank) mustImportTo(t *testing.T, account string, i *pb.StatementImport) *pb.StatementImport {
	t.Helper()
	made, err := b.CreateStatementImport(t.Context(), &pb.CreateStatementImportRequest{
		BankAccountId: account, StatementImport: i,
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (b bank) addBankAccount(t *testing.T, currency string) string {
	t.Helper()
	a, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
		BankAccount: &pb.BankAccount{DisplayName: currency + " account", CurrencyCode: currency},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a.GetId()
}

// TestImportDetectsFormat imports a file of each format twice. The second import has duplicates
// only.
func TestImportDetectsFormat(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	for name, c := range map[string]struct {
		currency string
		format   pb.StatementImport_Format
		lines    int32
	}{
		"mt940/mBank-mt940.sta":          {"PLN", pb.StatementImport_MT940, 0},
		"mt940/jejik-rabobank-iban.sta":  {"EUR", pb.StatementImport_MT940, 4},
		"camt053/camt053.v2.minimal.xml": {"EUR", pb.StatementImport_CAMT053, 1},
		"ofx/checking.ofx":               {"USD", pb.StatementImport_OFX, 3},
	} {
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile("statement/bankfile/testdata/" + name)
			if err != nil {
				t.Fatal(err)
			}
			account := b.addBankAccount(t, c.currency)
			first := b.mustImportTo(t, account, &pb.StatementImport{FileName: name, Content: content})
			again := b.mustImportTo(t, account, &pb.StatementImport{FileName: name, Content: content})
			if first.GetFormat() != c.format || c.lines > 0 && first.GetNewCount() != c.lines || again.GetNewCount() != 0 ||
				again.GetDuplicateCount() != first.GetNewCount() {
				t.Errorf("got %v, then %v", first, again)
			}
		})
	}
}

// TestCsvProfileIsRemembered reads a CSV file with a profile, and uses it for the account's next
// CSV file. It refuses a file with an ambiguous date order.
func TestCsvProfileIsRemembered(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	account := b.addBankAccount(t, "USD")
	profile, err := b.CreateCsvProfile(t.Context(), &pb.CreateCsvProfileRequest{CsvProfile: &pb.CsvProfile{
		DisplayName: "Northern Bank", DateOrder: pb.DateOrder_DMY, DateColumn: "Wann", AmountColumn: "Wieviel",
		DescriptionColumns: []string{"Was"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	january := &pb.StatementImport{
		Content: []byte("Wann,Was,Wieviel\n02/01/2026,Tea,-3.50\n"), CsvProfileId: profile.GetId(),
	}
	if made := b.mustImportTo(t, account, january); made.GetFormat() != pb.StatementImport_CSV ||
		made.GetRows()[0].GetBookedDate() != "2026-01-02" || made.GetCsvProfileId() != profile.GetId() {
		t.Errorf("got %v", made)
	}
	if made := b.mustImportTo(t, account, &pb.StatementImport{
		Content: []byte("Wann,Was,Wieviel\n03/02/2026,Tea,-3.50\n"),
	}); made.GetCsvProfileId() != profile.GetId() {
		t.Errorf("got %v", made)
	}
	_, err = b.DeleteCsvProfile(t.Context(), &pb.DeleteCsvProfileRequest{CsvProfileId: profile.GetId()})
	if apptest.Reason(err) != optionsv1.Reason_CSV_PROFILES_IN_USE {
		t.Errorf("got %v", err)
	}
	other := b.addBankAccount(t, "USD")
	ambiguous := &pb.StatementImport{Content: []byte("Date,Text,Amount\n02/01/2026,Tea,-3.50\n")}
	_, err = b.CreateStatementImport(t.Context(), &pb.CreateStatementImportRequest{
		BankAccountId: other, StatementImport: ambiguous,
	})
	if apptest.Reason(err) != optionsv1.Reason_STATEMENT_FILE_UNREADABLE ||
		!strings.Contains(err.Error(), "order of day and month") {
		t.Errorf("got %v", err)
	}
	ambiguous.DateOrder = pb.DateOrder_MDY
	if made := b.mustImportTo(t, other, ambiguous); made.GetRows()[0].GetBookedDate() != "2026-02-01" {
		t.Errorf("got %v", made)
	}
}

// TestUnbalancedStatementIsWarned checks that an import warns of a statement whose lines and
// balances do not add up.
func TestUnbalancedStatementIsWarned(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	off := ":20:X\n:25:12345678/1020304050\n:28C:1/1\n:60F:C240229EUR1200,00\n" +
		":61:2403010301DR6,00N024NONREF\n:86:Fee\n:62F:C240301EUR1195,00\n-\n"
	if made := b.mustImportTo(
		t, b.addBankAccount(t, "EUR"), &pb.StatementImport{Content: []byte(off)},
	); len(made.GetWarnings()) != 1 || made.GetStatements()[0].GetOpeningBalance().GetAmount() != "1200.00" {
		t.Errorf("got %v", made)
	}
}

// TestImportWithRepeatedLinesIsNotUndone checks that the server refuses to undo an import only if a
// later one repeats its lines.
func TestImportWithRepeatedLinesIsNotUndone(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	account := b.addBankAccount(t, "USD")
	csv := func(days ...string) []byte {
		return []byte("Date,Text,Amount\n2026-01-" + strings.Join(days, ",x,1.00\n2026-01-") + ",x,1.00\n")
	}
	first := b.mustImportTo(t, account, &pb.StatementImport{Content: csv("01", "02")})
	second := b.mustImportTo(t, account, &pb.StatementImport{Content: csv("03", "04")})
	third := b.mustImportTo(t, account, &pb.StatementImport{Content: csv("04", "05")})
	undo := func(i *pb.StatementImport) error {
		_, err := b.undoImport(t, i.GetId())
		return err
	}
	if err := undo(first); err != nil {
		t.Errorf("undoing an import whose lines no other repeats: %v", err)
	}
	if err := undo(second); apptest.Reason(err) != optionsv1.Reason_STATEMENT_IMPORT_IN_USE {
		t.Errorf("got %v", err)
	}
	if err := undo(third); err != nil {
		t.Error(err)
	}
	if err := undo(second); err != nil {
		t.Error(err)
	}
}

// TestQIFAccountIsChosenByName imports, from a file of several accounts, the one with the bank
// account's name, and refuses the file if none has it.
func TestQIFAccountIsChosenByName(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	content := []byte("!Account\nNMain account\n^\n!Type:Bank\nD1/13'26\nT5.00\nPShop\n^\n" +
		"!Account\nNVisa\n^\n!Type:CCard\nD1/14'26\nT-2.00\nPCafe\n^\n")
	if made := b.mustImport(t, content); made.GetNewCount() != 1 || made.GetRows()[0].GetAmount().
		GetAmount() != "5.00" || len(made.GetWarnings()) != 1 {
		t.Errorf("got %v", made)
	}
	_, err := b.CreateStatementImport(t.Context(), &pb.CreateStatementImportRequest{
		BankAccountId: b.addBankAccount(t, "USD"), StatementImport: &pb.StatementImport{Content: content},
	})
	if apptest.Reason(err) != optionsv1.Reason_STATEMENT_ACCOUNT_AMBIGUOUS {
		t.Errorf("got %v", err)
	}
}
