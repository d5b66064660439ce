package banking_test

import (
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
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
