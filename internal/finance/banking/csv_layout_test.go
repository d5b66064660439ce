package banking_test

import (
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/app/apptest"
)

// TestPreviewReportsCsvLayout reports how a file was read, keeps the report with the import, and
// leaves out rows that are not booked.
func TestPreviewReportsCsvLayout(t *testing.T) {
	t.Parallel()
	b := openBank(t, "EUR")
	account := b.addBankAccount(t, "EUR")
	content := []byte("Datum;Tekst;Bedrag;Af Bij;Toestand;Nota;Valuta\n" +
		"25-02-2026;Brood;4,50;Af;Geboekt;bakker;26-02-2026\n" +
		"26-02-2026;Huur;900,00;Af;Pending;;\n")
	profile, err := b.CreateCsvProfile(t.Context(), &pb.CreateCsvProfileRequest{CsvProfile: &pb.CsvProfile{
		DisplayName: "A bank", DescriptionColumns: []string{"Tekst"}, StatusColumn: "Toestand", DirectionColumn: "Af Bij",
	}})
	if err != nil {
		t.Fatal(err)
	}
	made := b.mustImportTo(t, account, &pb.StatementImport{Content: content, CsvProfileId: profile.GetId()})
	l := b.getImport(t, made).GetCsvLayout()
	if l.GetDelimiter() != ";" || l.GetDecimalMark() != "," || l.GetDateOrderBasis() != pb.CsvLayout_SHOWN ||
		l.GetSignBasis() != pb.CsvLayout_TOLD || l.GetLeftOutRowCount() != 1 ||
		!slices.Equal(l.GetUnreadColumns(), []string{"Valuta"}) {
		t.Errorf("got %v", l)
	}
	if made.GetNewCount() != 1 || made.GetRows()[0].GetAmount().GetAmount() != "-4.50" ||
		made.GetRows()[0].GetDescription() != "Brood" {
		t.Errorf("got %v", made.GetRows())
	}
	line, err := b.GetBankStatementLine(t.Context(), &pb.GetBankStatementLineRequest{
		BankStatementLineId: made.GetRows()[0].GetBankStatementLineId(),
	})
	if err != nil || line.GetDetails() != "Nota: bakker" {
		t.Errorf("got the details %q, %v", line.GetDetails(), err)
	}
	if !strings.Contains(strings.Join(made.GetWarnings(), " "), "Pending") {
		t.Errorf("got the warnings %q", made.GetWarnings())
	}
}

// TestProfileNamesABankLayout imports a file without a header by the name of its bank. The next
// file of the account is read in the same way.
func TestProfileNamesABankLayout(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	account := b.addBankAccount(t, "USD")
	create := &pb.CreateCsvProfileRequest{CsvProfile: &pb.CsvProfile{DisplayName: "Checking", BankLayout: "Wells Fargo"}}
	_, err := b.CreateCsvProfile(t.Context(), create)
	if !slices.Contains(apptest.Fields(err), "bankLayout") || !strings.Contains(err.Error(), "Wells Fargo (checking)") {
		t.Errorf("an unknown name: got %v", err)
	}
	create.CsvProfile.BankLayout = "Wells Fargo (checking)"
	profile, err := b.CreateCsvProfile(t.Context(), create)
	if err != nil {
		t.Fatal(err)
	}
	made := b.mustImportTo(t, account, &pb.StatementImport{CsvProfileId: profile.GetId(), Content: []byte(
		"12/04/2009,-12.07,*,,CARD PURCHASE\n12/04/2009,-789.00,*,2392,CHECK # 2392\n",
	)})
	if l := made.GetCsvLayout(); l.GetBank() != "Wells Fargo (checking)" || l.GetDateOrderBasis() != pb.CsvLayout_TOLD {
		t.Errorf("got the layout %v", l)
	}
	next := b.mustImportTo(t, account, &pb.StatementImport{Content: []byte("01/05/2010,3.00,*,,INTEREST\n")})
	if row := next.GetRows()[0]; row.GetBookedDate() != "2010-01-05" || row.GetAmount().GetAmount() != "3.00" {
		t.Errorf("got %v", row)
	}
}
