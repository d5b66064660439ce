package repeating_test

import (
	"fmt"
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestRepeatedEntriesAreTaxed taxes posted entries and drafts that are posted later, and skips days
// while the tax code is archived.
func TestRepeatedEntriesAreTaxed(t *testing.T) {
	t.Parallel()
	c := open(t)
	taxes := pb.NewTaxServiceClient(c)
	agency, err := taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{
		TaxAgency: &pb.TaxAgency{DisplayName: "Revenue"}})
	if err != nil {
		t.Fatal(err)
	}
	rate, err := taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: &pb.TaxRate{DisplayName: "VAT",
		Components: []*pb.TaxRate_Component{{DisplayName: "VAT", TaxAgencyId: agency.GetId(),
			Spans: []*pb.TaxRate_Span{{Percent: "20", StartDate: "2020-01-01"}, {Percent: "25", StartDate: "2027-02-01"}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	code, err := taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{Code: "VAT",
		DisplayName: "VAT", PurchaseTaxRateId: rate.GetId()}})
	if err != nil {
		t.Fatal(err)
	}
	r := c.monthly(pb.RepeatingEntry_POST)
	r.PriceMode, r.Lines[0].TaxCodeId = pb.TaxCalculation_INCLUSIVE, code.GetId()
	r = c.create(t, r)
	c.advance(t, "2027-02-16")
	list, err := c.ledger.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{
		Filter: fmt.Sprintf("source_id = %q", r.GetId()), OrderBy: "date"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range list.GetJournalEntries() {
		for _, l := range e.GetLines() {
			got = append(got, l.GetAmount().GetAmount())
		}
	}
	if want := []string{"1000.00", "-1200.00", "200.00", "960.00", "-1200.00", "240.00"}; !slices.Equal(got, want) {
		t.Errorf("got the amounts %q, want %q", got, want)
	}
	if _, err := taxes.ArchiveTaxCode(t.Context(), &pb.ArchiveTaxCodeRequest{TaxCodeId: code.GetId()}); err != nil {
		t.Fatal(err)
	}
	c.advance(t, "2027-03-16")
	if skips := c.get(t, r.GetId()).GetSkips(); len(skips) != 1 || skips[0].GetReason() != "REFERENCE_ARCHIVED" {
		t.Errorf("got the skips %v", skips)
	}
	for _, mode := range []pb.RepeatingEntry_Mode{pb.RepeatingEntry_POST, pb.RepeatingEntry_DRAFT} {
		again := c.monthly(mode)
		again.Lines[0].TaxCodeId = code.GetId()
		_, err := c.CreateRepeatingEntry(t.Context(), &pb.CreateRepeatingEntryRequest{RepeatingEntry: again})
		if apptest.Reason(err) != optionsv1.Reason_REFERENCE_ARCHIVED ||
			!slices.Contains(apptest.Fields(err), "lines[0].taxCodeId") {
			t.Errorf("%s: got %v", mode, err)
		}
	}
	none := c.monthly(pb.RepeatingEntry_DRAFT)
	none.PriceMode = pb.TaxCalculation_NO_TAX
	_, err = c.CreateRepeatingEntry(t.Context(), &pb.CreateRepeatingEntryRequest{RepeatingEntry: none})
	if !slices.Contains(apptest.Fields(err), "priceMode") {
		t.Errorf("NO_TAX: got %v", err)
	}
}
