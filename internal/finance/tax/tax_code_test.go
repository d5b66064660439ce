package tax_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

func TestCreateTaxCodeRefusesInvalidFields(t *testing.T) {
	t.Parallel()
	c := open(t)
	code := c.salesCode(t, "VAT", component("VAT", "5"))
	rate := code.GetSalesTaxRateId()
	archived := c.rate(t, &pb.TaxRate{DisplayName: "Old", Kind: pb.TaxRate_EXEMPT})
	if _, err := c.ArchiveTaxRate(t.Context(), &pb.ArchiveTaxRateRequest{TaxRateId: archived.GetId()}); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]struct {
		code   *pb.TaxCode
		reason optionsv1.Reason
		fields []string
	}{
		"refuses a code in another case": {&pb.TaxCode{Code: "vat", DisplayName: "X", SalesTaxRateId: rate},
			optionsv1.Reason_TAX_CODES_CODE_TAKEN, []string{"code"}},
		"refuses a code without a rate": {&pb.TaxCode{Code: "X", DisplayName: "X"},
			optionsv1.Reason_FIELDS_INVALID, []string{"salesTaxRateId"}},
		"refuses an unknown rate": {
			&pb.TaxCode{Code: "X", DisplayName: "X", SalesTaxRateId: rate, PurchaseTaxRateId: "txr_01k9zzzzzzzzzzzzzzzzzzzzzz"},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"purchaseTaxRateId"}},
		"refuses an archived rate": {&pb.TaxCode{Code: "X", DisplayName: "X", SalesTaxRateId: archived.GetId()},
			optionsv1.Reason_REFERENCE_ARCHIVED, []string{"salesTaxRateId"}},
		"refuses a state of another country": {
			&pb.TaxCode{Code: "X", DisplayName: "X", SalesTaxRateId: rate, RegionCode: "CA", SubdivisionCode: "US-CA"},
			optionsv1.Reason_FIELDS_INVALID, []string{"subdivisionCode"}},
		"refuses names of places": {
			&pb.TaxCode{Code: "X", DisplayName: "X", SalesTaxRateId: rate, RegionCode: "usa", SubdivisionCode: "Texas"},
			optionsv1.Reason_FIELDS_INVALID, []string{"regionCode", "subdivisionCode"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: bad.code})
			fields := apptest.Fields(err)
			slices.Sort(fields)
			if apptest.Reason(err) != bad.reason || !slices.Equal(slices.Compact(fields), bad.fields) {
				t.Errorf("got %v, want %s at %v", err, bad.reason, bad.fields)
			}
		})
	}
}

// TestUseFollowsFromRates checks that a code is for what it has a rate for.
func TestUseFollowsFromRates(t *testing.T) {
	t.Parallel()
	c := open(t)
	agency := c.agency(t, "Revenue").GetId()
	sold, bought := component("VAT", "0"), component("VAT", "20")
	sold.TaxAgencyId, bought.TaxAgencyId = agency, agency
	sales := c.rate(t, &pb.TaxRate{DisplayName: "Sales", Kind: pb.TaxRate_REVERSE_CHARGE,
		Components: []*pb.TaxRate_Component{sold}}).GetId()
	purchases := c.rate(t, &pb.TaxRate{DisplayName: "Purchases", Kind: pb.TaxRate_REVERSE_CHARGE,
		Components: []*pb.TaxRate_Component{bought}}).GetId()
	for _, use := range []struct {
		code *pb.TaxCode
		want pb.TaxCode_Use
	}{
		{&pb.TaxCode{Code: "S", SalesTaxRateId: sales}, pb.TaxCode_SALES},
		{&pb.TaxCode{Code: "P", PurchaseTaxRateId: purchases}, pb.TaxCode_PURCHASES},
		{&pb.TaxCode{Code: "B", SalesTaxRateId: sales, PurchaseTaxRateId: purchases}, pb.TaxCode_BOTH},
	} {
		use.code.DisplayName = use.code.Code
		if made := c.code(t, use.code); made.GetUse() != use.want {
			t.Errorf("%s: got %s, want %s", use.code.Code, made.GetUse(), use.want)
		}
	}
	list, err := c.ListTaxCodes(t.Context(), &pb.ListTaxCodesRequest{Filter: "use = BOTH"})
	if err != nil || len(list.GetTaxCodes()) != 1 || list.GetTaxCodes()[0].GetCode() != "B" {
		t.Fatalf("got %v, %v", list, err)
	}
	both := list.GetTaxCodes()[0].GetId()
	for use, reported := range map[pb.TaxCode_Use]string{pb.TaxCode_SALES: "0.00", pb.TaxCode_PURCHASES: "20.00"} {
		got := c.calculate(t, &pb.CalculateTaxRequest{Use: use, Lines: []*pb.CalculateTaxRequest_Line{line("100", both)}})
		if total(got) != "100.00 + 0.00 = 100.00" || got.GetTaxes()[0].GetAmount().GetAmount() != reported ||
			got.GetTaxes()[0].GetEffect() != pb.TaxRate_REVERSE_CHARGED {
			t.Errorf("%s: got %v", use, got)
		}
	}
}

// TestCodesAreResolved refuses codes that a document cannot name, all of them at once.
func TestCodesAreResolved(t *testing.T) {
	t.Parallel()
	c, other := open(t), open(t)
	later := component("VAT", "5")
	later.Spans[0].StartDate = "2020-01-01"
	code := c.salesCode(t, "VAT", later)
	archived := c.code(t, &pb.TaxCode{Code: "Old", DisplayName: "Old", SalesTaxRateId: code.GetSalesTaxRateId()})
	if _, err := c.ArchiveTaxCode(t.Context(), &pb.ArchiveTaxCodeRequest{TaxCodeId: archived.GetId()}); err != nil {
		t.Fatal(err)
	}
	foreign := other.salesCode(t, "VAT", component("VAT", "5"))
	for name, bad := range map[string]struct {
		req    *pb.CalculateTaxRequest
		code   string
		reason optionsv1.Reason
	}{
		"refuses an archived code": {
			&pb.CalculateTaxRequest{}, archived.GetId(), optionsv1.Reason_REFERENCE_ARCHIVED,
		},
		"refuses a code of another organization": {
			&pb.CalculateTaxRequest{}, foreign.GetId(), optionsv1.Reason_REFERENCE_NOT_FOUND,
		},
		"refuses what is no identifier": {&pb.CalculateTaxRequest{}, "VAT", optionsv1.Reason_REFERENCE_NOT_FOUND},
		"refuses a code for sales on a purchase": {
			&pb.CalculateTaxRequest{Use: pb.TaxCode_PURCHASES}, code.GetId(), optionsv1.Reason_TAX_CODE_NOT_FOR_USE,
		},
		"refuses a date before the first percentage": {
			&pb.CalculateTaxRequest{Date: "2019-12-31"}, code.GetId(), optionsv1.Reason_TAX_RATE_NOT_VALID,
		},
	} {
		t.Run(name, func(t *testing.T) {
			bad.req.Lines = []*pb.CalculateTaxRequest_Line{line("1", ""), line("1", bad.code)}
			_, err := c.CalculateTax(t.Context(), bad.req)
			apptest.WantRefused(t, err, bad.reason, "lines[1].taxCodeId")
		})
	}
	_, err := c.CalculateTax(t.Context(), &pb.CalculateTaxRequest{
		Lines: []*pb.CalculateTaxRequest_Line{
			line("1", archived.GetId()), line("1", code.GetId()), line("1", archived.GetId()),
		},
	})
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "lines[0].taxCodeId", "lines[2].taxCodeId")
}
