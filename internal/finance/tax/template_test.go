package tax_test

import (
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestTemplatesAreComplete checks that each part of a template exists, that each percentage has a
// date and a source, and that keys are unique among all templates.
func TestTemplatesAreComplete(t *testing.T) {
	t.Parallel()
	list, err := open(t).ListTaxTemplates(t.Context(), &pb.ListTaxTemplatesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	taken := map[string]bool{}
	take := func(kind, key string) {
		if key == "" || taken[kind+key] {
			t.Errorf("%s %q is empty or not unique", kind, key)
		}
		taken[kind+key] = true
	}
	for _, template := range list.GetTaxTemplates() {
		keys = append(keys, template.GetKey())
		for _, agency := range template.GetAgencies() {
			take("agency ", agency.GetKey())
		}
		for _, rate := range template.GetRates() {
			take("rate ", rate.GetKey())
			for _, c := range rate.GetComponents() {
				if !taken["agency "+c.GetAgencyKey()] {
					t.Errorf("%s: no agency %q", rate.GetKey(), c.GetAgencyKey())
				}
				checkSpans(t, rate.GetKey(), c.GetSpans())
			}
		}
		for _, code := range template.GetCodes() {
			take("code ", code.GetKey())
			for _, rate := range []string{code.GetSalesRateKey(), code.GetPurchaseRateKey()} {
				if rate != "" && !taken["rate "+rate] {
					t.Errorf("%s: no rate %q", code.GetKey(), rate)
				}
			}
		}
	}
	if want := []string{"au", "ca", "de", "es", "fr", "gb", "ie", "nl", "nz", "us"}; !slices.Equal(keys, want) {
		t.Errorf("got the templates %v, want %v", keys, want)
	}
}

func checkSpans(t *testing.T, key string, spans []*pb.TaxRate_Span) {
	t.Helper()
	last := ""
	for _, span := range spans {
		_, err := time.Parse(time.DateOnly, span.GetStartDate())
		percent, invalid := decimal.NewFromString(span.GetPercent())
		if err != nil || invalid != nil || percent.IsNegative() || percent.GreaterThan(decimal.NewFromInt(27)) ||
			span.GetSource() == "" || span.GetStartDate() <= last {
			t.Errorf("%s: invalid span %v", key, span)
		}
		last = span.GetStartDate()
	}
	if len(spans) == 0 {
		t.Errorf("%s has no percentage", key)
	}
}

// TestRatesOnBothSidesOfAChange calculates documents before and after changes of the law.
func TestRatesOnBothSidesOfAChange(t *testing.T) {
	t.Parallel()
	c := open(t)
	codes := map[string]string{}
	for _, key := range []string{"ca", "ie", "nl", "de"} {
		for code, id := range c.apply(t, key) {
			codes[code] = id
		}
	}
	for _, change := range []struct{ code, date, want string }{
		{"CA-NS", "2025-03-31", "100.00 + 15.00 = 115.00"},
		{"CA-NS", "2025-04-01", "100.00 + 14.00 = 114.00"},
		{"IE-CATERING", "2026-06-30", "100.00 + 13.50 = 113.50"},
		{"IE-CATERING", "2026-07-01", "100.00 + 9.00 = 109.00"},
		{"NL-LODGING", "2025-12-31", "100.00 + 9.00 = 109.00"},
		{"NL-LODGING", "2026-01-01", "100.00 + 21.00 = 121.00"},
		{"DE-MEALS", "2025-12-31", "100.00 + 19.00 = 119.00"},
		{"DE-MEALS", "2026-01-01", "100.00 + 7.00 = 107.00"},
		{"DE-STD", "2020-12-31", "100.00 + 16.00 = 116.00"},
		{"CA-QC", "2026-01-01", "100.00 + 14.98 = 114.98"},
	} {
		got := c.calculate(t, &pb.CalculateTaxRequest{
			Date: change.date, Lines: []*pb.CalculateTaxRequest_Line{line("100", codes[change.code])},
		})
		if total(got) != change.want {
			t.Errorf("%s on %s: got %s, want %s", change.code, change.date, total(got), change.want)
		}
	}
}

// TestAllTemplatesApply applies each template, and calculates with each of its codes today.
func TestAllTemplatesApply(t *testing.T) {
	t.Parallel()
	c := open(t)
	for _, key := range []string{"au", "ca", "de", "es", "fr", "gb", "ie", "nl", "nz", "us"} {
		applied, err := c.ApplyTaxTemplate(t.Context(), &pb.ApplyTaxTemplateRequest{Key: key})
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range applied.GetTaxCodes() {
			use := code.GetUse()
			if use == pb.TaxCode_BOTH {
				use = pb.TaxCode_SALES
			}
			c.calculate(t, &pb.CalculateTaxRequest{
				Use: use, Lines: []*pb.CalculateTaxRequest_Line{line("100", code.GetId())},
			})
		}
	}
	list, err := c.ListTaxCodes(t.Context(), &pb.ListTaxCodesRequest{Filter: `subdivision_code = "US-TX"`})
	if err != nil || len(list.GetTaxCodes()) != 1 {
		t.Errorf("got %v, %v", list, err)
	}
}

// TestEUDocumentsHaveLegalNotes checks a reverse charge and an intra-Community supply.
func TestEUDocumentsHaveLegalNotes(t *testing.T) {
	t.Parallel()
	c := open(t)
	codes := c.apply(t, "de")
	got := c.calculate(t, &pb.CalculateTaxRequest{
		Lines: []*pb.CalculateTaxRequest_Line{
			line("100", codes["DE-RC"]), line("50", codes["DE-IC"]), line("1", codes["DE-RC"]),
		},
	})
	want := []string{"Steuerschuldnerschaft des Leistungsempfängers",
		"Steuerfreie innergemeinschaftliche Lieferung (§ 4 Nr. 1 Buchst. b, § 6a UStG)"}
	if total(got) != "151.00 + 0.00 = 151.00" || !slices.Equal(got.GetLegalNotes(), want) {
		t.Errorf("got %v", got)
	}
	bought := c.calculate(t, &pb.CalculateTaxRequest{
		Use: pb.TaxCode_PURCHASES, Date: "2026-01-01", Lines: []*pb.CalculateTaxRequest_Line{line("100", codes["DE-RC"])},
	})
	if total(bought) != "100.00 + 0.00 = 100.00" || bought.GetTaxes()[0].GetAmount().GetAmount() != "19.00" {
		t.Errorf("got %v", bought)
	}
}

// TestWithheldTaxReducesWhatIsPayable checks a Spanish invoice for professional services.
func TestWithheldTaxReducesWhatIsPayable(t *testing.T) {
	t.Parallel()
	c := open(t)
	got := c.calculate(t, &pb.CalculateTaxRequest{
		CurrencyCode: "EUR", Lines: []*pb.CalculateTaxRequest_Line{line("1000", c.apply(t, "es")["ES-STD-IRPF"])},
	})
	if total(got) != "1000.00 + 210.00 = 1210.00" || got.GetPayable().GetAmount() != "1060.00" {
		t.Errorf("got %v", got)
	}
}

// TestSecondApplyAddsWhatIsMissing applies a template twice. Renamed, archived and own records are
// kept, and deleted ones return.
func TestSecondApplyAddsWhatIsMissing(t *testing.T) {
	t.Parallel()
	c := open(t)
	own := c.rate(t, &pb.TaxRate{DisplayName: "gb vat EXEMPT", Kind: pb.TaxRate_EXEMPT})
	codes := c.apply(t, "gb")
	exempt, err := c.GetTaxCode(t.Context(), &pb.GetTaxCodeRequest{TaxCodeId: codes["GB-EXEMPT"]})
	if err != nil || exempt.GetSalesTaxRateId() != own.GetId() || exempt.GetTemplateKey() != "gb-exempt" {
		t.Errorf("got %v, %v, want the existing rate", exempt, err)
	}
	if _, err := c.UpdateTaxCode(t.Context(), &pb.UpdateTaxCodeRequest{
		TaxCodeId: codes["GB-STD"], TaxCode: &pb.TaxCode{Code: "20S"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"code"}},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ArchiveTaxCode(t.Context(), &pb.ArchiveTaxCodeRequest{TaxCodeId: codes["GB-RED"]}); err != nil {
		t.Fatal(err)
	}
	if again := c.apply(t, "gb"); len(again) != 0 {
		t.Errorf("got %v from the second apply, want nothing", again)
	}
	if _, err := c.DeleteTaxCode(t.Context(), &pb.DeleteTaxCodeRequest{TaxCodeId: codes["GB-ZERO"]}); err != nil {
		t.Fatal(err)
	}
	if again := c.apply(t, "gb"); len(again) != 1 || again["GB-ZERO"] == "" {
		t.Errorf("got %v, want the deleted code", again)
	}
}

// TestApplyRefusesArchivedAgencies archives the agency of a rate that a second apply would create.
func TestApplyRefusesArchivedAgencies(t *testing.T) {
	t.Parallel()
	c := open(t)
	applied, err := c.ApplyTaxTemplate(t.Context(),
		&pb.ApplyTaxTemplateRequest{Key: "ca", SubdivisionCodes: []string{"CA-NS"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ArchiveTaxAgency(t.Context(),
		&pb.ArchiveTaxAgencyRequest{TaxAgencyId: applied.GetTaxAgencies()[0].GetId()}); err != nil {
		t.Fatal(err)
	}
	_, err = c.ApplyTaxTemplate(t.Context(), &pb.ApplyTaxTemplateRequest{Key: "ca"})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED)
}

// TestApplyAddsLaterPercentages applies a template to a rate that lacks the latest change. A change
// that a person made later is kept.
func TestApplyAddsLaterPercentages(t *testing.T) {
	t.Parallel()
	c := open(t)
	codes := c.apply(t, "nl")
	set := func(spans ...*pb.TaxRate_Span) {
		t.Helper()
		code, err := c.GetTaxCode(t.Context(), &pb.GetTaxCodeRequest{TaxCodeId: codes["NL-LODGING"]})
		if err != nil {
			t.Fatal(err)
		}
		rate, err := c.GetTaxRate(t.Context(), &pb.GetTaxRateRequest{TaxRateId: code.GetSalesTaxRateId()})
		if err != nil {
			t.Fatal(err)
		}
		rate.Components[0].Spans = spans
		if _, err := c.UpdateTaxRate(t.Context(), &pb.UpdateTaxRateRequest{
			TaxRateId: rate.GetId(), TaxRate: rate, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"components"}},
		}); err != nil {
			t.Fatal(err)
		}
	}
	apply := func() int {
		t.Helper()
		applied, err := c.ApplyTaxTemplate(t.Context(), &pb.ApplyTaxTemplateRequest{Key: "nl"})
		if err != nil {
			t.Fatal(err)
		}
		return len(applied.GetUpdatedTaxRates())
	}
	set(&pb.TaxRate_Span{StartDate: "2019-01-01", Percent: "9"})
	if apply() != 1 || apply() != 0 {
		t.Error("want the change of 2026 to be added once")
	}
	got := c.calculate(t, &pb.CalculateTaxRequest{
		Date: "2026-01-01", Lines: []*pb.CalculateTaxRequest_Line{line("100", codes["NL-LODGING"])},
	})
	if total(got) != "100.00 + 21.00 = 121.00" {
		t.Errorf("got %s", total(got))
	}
	set(&pb.TaxRate_Span{StartDate: "2027-01-01", Percent: "12"})
	if apply() != 0 {
		t.Error("want a later percentage to be kept")
	}
}

// TestTemplateOfChosenStates creates the codes of one state and of the whole country.
func TestTemplateOfChosenStates(t *testing.T) {
	t.Parallel()
	c := open(t)
	applied, err := c.ApplyTaxTemplate(t.Context(),
		&pb.ApplyTaxTemplateRequest{Key: "us", SubdivisionCodes: []string{"US-TX"}})
	var codes []string
	for _, code := range applied.GetTaxCodes() {
		codes = append(codes, code.GetCode())
	}
	if err != nil || !slices.Equal(codes, []string{"US-TX", "US-EXEMPT"}) || len(applied.GetTaxRates()) != 2 ||
		len(applied.GetTaxAgencies()) != 1 || applied.GetTaxAgencies()[0].GetTemplateKey() != "us-tx" {
		t.Errorf("got %v, %v", applied, err)
	}
	_, err = c.ApplyTaxTemplate(t.Context(),
		&pb.ApplyTaxTemplateRequest{Key: "us", SubdivisionCodes: []string{"US-TX", "US-XX"}})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "subdivisionCodes[1]")
	_, err = c.ApplyTaxTemplate(t.Context(), &pb.ApplyTaxTemplateRequest{Key: "atlantis"})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
}

// TestValidateOnlyAppliesNothing applies a template without saving it.
func TestValidateOnlyAppliesNothing(t *testing.T) {
	t.Parallel()
	c := open(t)
	applied, err := c.ApplyTaxTemplate(t.Context(), &pb.ApplyTaxTemplateRequest{Key: "nz", ValidateOnly: true})
	if err != nil || len(applied.GetTaxCodes()) != 5 {
		t.Fatalf("got %v, %v", applied, err)
	}
	list, err := c.ListTaxAgencies(t.Context(), &pb.ListTaxAgenciesRequest{})
	if err != nil || len(list.GetTaxAgencies()) != 0 {
		t.Errorf("got %v, %v, want no agencies", list, err)
	}
}
