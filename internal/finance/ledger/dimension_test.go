package ledger_test

import (
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// createDimensionValue creates a dimension value and returns its identifier.
func (b books) createDimensionValue(t *testing.T, dimension, name string) string {
	t.Helper()
	v, err := b.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
		DimensionValue: &pb.DimensionValue{DimensionId: dimension, DisplayName: name},
	})
	if err != nil {
		t.Fatal(err)
	}
	return v.GetId()
}

// createDimension creates a dimension and returns its identifier.
func (b books) createDimension(t *testing.T, name string) string {
	t.Helper()
	d, err := b.CreateDimension(t.Context(), &pb.CreateDimensionRequest{Dimension: &pb.Dimension{DisplayName: name}})
	if err != nil {
		t.Fatal(err)
	}
	return d.GetId()
}

// TestDimensionValueOnLinesCannotBeDeleted posts lines with dimension values, finds and exports
// them, and checks that values on lines can be archived but not deleted.
func TestDimensionValueOnLinesCannotBeDeleted(t *testing.T) {
	t.Parallel()
	b := open(t)
	project, place := b.createDimension(t, "Client"), b.createDimension(t, "Place")
	website, intranet := b.createDimensionValue(t, project, "Website"), b.createDimensionValue(t, project, "Intranet")
	berlin := b.createDimensionValue(t, place, "Berlin")
	e := b.entry(b.line("6100", "10"), b.line("6110", "5"), b.line("1000", "-15"))
	e.Lines[0].DimensionValueIds = []string{berlin, website, website}
	e.Lines[1].DimensionValueIds = []string{intranet}
	posted, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
	if err != nil || len(posted.GetLines()[0].GetDimensionValueIds()) != 2 {
		t.Fatalf("got %v, %v", posted, err)
	}
	file, err := b.ExportBooks(t.Context(), &pb.ExportBooksRequest{Format: pb.ExportBooksRequest_CSV})
	if err != nil || !strings.Contains(string(file.GetData()), `"Client: Website, Place: Berlin"`) {
		t.Errorf("got export %s, %v, want it to name the dimension values", file.GetData(), err)
	}
	found := b.lines(t, `dimension_value_ids : "`+website+`"`)
	if len(found) != 1 || found[0].GetAmount().GetAmount() != "10.00" || len(found[0].GetDimensionValueIds()) != 2 {
		t.Errorf("got %v, want the line of 10.00", found)
	}
	_, err = b.DeleteDimensionValue(t.Context(), &pb.DeleteDimensionValueRequest{DimensionValueId: website})
	wantReason(t, err, optionsv1.Reason_DIMENSION_VALUES_IN_USE)
	if _, err := b.ArchiveDimensionValue(t.Context(), &pb.ArchiveDimensionValueRequest{
		DimensionValueId: website,
	}); err != nil {
		t.Fatal(err)
	}
	_, err = b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
	wantReason(
		t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "lines[0].dimensionValueIds[1]", "lines[0].dimensionValueIds[2]",
	)
	_, err = b.DeleteDimension(t.Context(), &pb.DeleteDimensionRequest{DimensionId: project})
	wantReason(t, err, optionsv1.Reason_DIMENSIONS_IN_USE)

	reversal, err := b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: posted.GetId()})
	if err != nil || len(reversal.GetLines()[0].GetDimensionValueIds()) != 2 {
		t.Errorf("reversal: got %v, %v, want both dimension values", reversal.GetLines(), err)
	}
}

func TestDimensionValueNameIsUnique(t *testing.T) {
	t.Parallel()
	b := open(t)
	project := b.createDimension(t, "Client")
	b.createDimensionValue(t, project, "Website")
	_, err := b.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
		DimensionValue: &pb.DimensionValue{DimensionId: project, DisplayName: "WEBSITE"},
	})
	wantReason(t, err, optionsv1.Reason_DIMENSION_VALUES_NAME_TAKEN, "displayName")
}

func TestDimensionValueOfOtherOrganizationIsNotFound(t *testing.T) {
	t.Parallel()
	b, other := open(t), open(t)
	e := b.entry(b.line("6100", "1"), b.line("1000", "-1"))
	e.Lines[0].DimensionValueIds = []string{other.createDimensionValue(t, other.createDimension(t, "Place"), "Berlin")}
	_, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
	wantReason(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "lines[0].dimensionValueIds[0]")
}

// TestForeignCurrencyEntries posts an invoice in euros to books in dollars, its payment at another
// rate with the loss, and an entry that changes a base amount only.
func TestForeignCurrencyEntries(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.foreignAccount(t, "euro", "EUR", pb.Account_BANK, pb.Account_ASSET)
	sale := b.entry(b.line("1300", "100"), b.line("4000", "-100"))
	sale.CurrencyCode, sale.ExchangeRate = "EUR", "1.10"
	posted, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: sale})
	if err != nil {
		t.Fatal(err)
	}
	if l := posted.GetLines()[0]; l.GetBaseAmount().GetAmount() != "110.00" ||
		l.GetBaseAmount().GetCurrencyCode() != "USD" || l.GetAmount().GetCurrencyCode() != "EUR" ||
		l.GetExchangeRate() != "1.1" {
		t.Errorf("got %v", l)
	}
	in := func(l *pb.JournalLine, base string) *pb.JournalLine {
		l.Amount.CurrencyCode = "EUR"
		l.BaseAmount = &typepb.Money{Amount: base}
		return l
	}
	paid := b.entry(in(b.line("euro", "100"), "105"), in(b.line("1300", "-100"), "-110"), b.line("6990", "5"))
	posted, err = b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: paid})
	if err != nil || posted.GetLines()[0].GetExchangeRate() != "1.05" {
		t.Fatalf("got %v, %v", posted, err)
	}
	valued := b.entry(in(b.line("euro", "0"), "3"), b.line("4900", "-3"))
	posted, err = b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: valued})
	if err != nil || posted.GetLines()[0].GetAmount().GetAmount() != "0.00" {
		t.Fatalf("got %v, %v", posted, err)
	}
	reversal, err := b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: posted.GetId()})
	if l := reversal.GetLines()[0]; err != nil || l.GetBaseAmount().GetAmount() != "-3.00" ||
		l.GetAmount().GetAmount() != "0.00" {
		t.Errorf("got %v, %v", l, err)
	}
	_, err = b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{
		JournalEntry: b.entry(b.line("euro", "1"), b.line("1000", "-1")),
	})
	wantReason(t, err, optionsv1.Reason_ACCOUNT_IN_OTHER_CURRENCY, "lines[0].amount.currencyCode")
}
