package tax_test

import (
	"net/http"
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestPublishedCases calculates documents whose results were published.
func TestPublishedCases(t *testing.T) {
	t.Parallel()
	c := open(t)
	fifteen := c.salesCode(t, "15", component("VAT", "15")).GetId()
	quebec := c.salesCode(t, "QC", component("GST", "5"), component("QST", "9.975")).GetId()
	quarter := c.salesCode(t, "25", component("VAT", "25")).GetId()
	dutch := c.salesCode(t, "21", component("BTW", "21")).GetId()
	perLine := []*pb.CalculateTaxRequest_Line{line("25.06", fifteen), line("25.61", fifteen), line("25.63", fifteen)}
	for name, published := range map[string]struct {
		req   *pb.CalculateTaxRequest
		want  string
		taxes []string
	}{
		"rounds each line": {&pb.CalculateTaxRequest{Lines: perLine}, "76.30 + 11.44 = 87.74", []string{"VAT 11.44"}},
		"rounds the document": {
			&pb.CalculateTaxRequest{Rounding: pb.TaxCalculation_PER_DOCUMENT_RATE, Lines: perLine},
			"76.30 + 11.45 = 87.75", []string{"VAT 11.45"},
		},
		"adds two taxes": {
			&pb.CalculateTaxRequest{Lines: []*pb.CalculateTaxRequest_Line{line("140.00", quebec)}},
			"140.00 + 20.97 = 160.97", []string{"GST 7.00", "QST 13.97"},
		},
		"rounds half a cent away from zero": {
			&pb.CalculateTaxRequest{Lines: []*pb.CalculateTaxRequest_Line{line("1460.50", quarter)}},
			"1460.50 + 365.13 = 1825.63", []string{"VAT 365.13"},
		},
		"keeps the total of inclusive prices": {
			&pb.CalculateTaxRequest{Mode: pb.TaxCalculation_INCLUSIVE, CurrencyCode: "EUR",
				Lines: []*pb.CalculateTaxRequest_Line{{Quantity: "2", UnitPrice: "379.00", TaxCodeId: dutch}}},
			"626.45 + 131.55 = 758.00", []string{"BTW 131.55"},
		},
		"taxes nothing": {
			&pb.CalculateTaxRequest{Mode: pb.TaxCalculation_NO_TAX, Lines: perLine}, "76.30 + 0.00 = 76.30", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.calculate(t, published.req)
			var taxes []string
			for _, tax := range got.GetTaxes() {
				taxes = append(taxes, tax.GetDisplayName()+" "+tax.GetAmount().GetAmount())
			}
			if total(got) != published.want || !slices.Equal(taxes, published.taxes) {
				t.Errorf("got %s with %v, want %s with %v", total(got), taxes, published.want, published.taxes)
			}
		})
	}
}

// TestPreviewShowsAllAmounts checks each amount of a document with discounts, a compound and a
// withheld component, and the accounts of its taxes.
func TestPreviewShowsAllAmounts(t *testing.T) {
	t.Parallel()
	c := open(t)
	compound, withheld := component("Surtax", "10"), component("Withheld", "15")
	compound.Compound, withheld.Effect = true, pb.TaxRate_WITHHELD
	compound.AccountId = c.accountOf(t, "2300")
	code := c.salesCode(t, "MIX", component("VAT", "20"), compound, withheld).GetId()
	got := c.calculate(t, &pb.CalculateTaxRequest{
		Date: "2027-01-31", DiscountAmount: amount("10", "USD"),
		Lines: []*pb.CalculateTaxRequest_Line{
			{Quantity: "3", UnitPrice: "40", DiscountPercent: "25", TaxCodeId: code}, {UnitPrice: "10"},
		},
	})
	first, second := got.GetLines()[0], got.GetLines()[1]
	for name, pair := range map[string][2]string{
		"amount":            {first.GetAmount().GetAmount(), "120.00"},
		"discount":          {first.GetDiscount().GetAmount(), "30.00"},
		"document discount": {first.GetDocumentDiscount().GetAmount(), "9.00"},
		"net":               {first.GetNet().GetAmount(), "81.00"},
		"VAT":               {first.GetTaxes()[0].GetAmount().GetAmount(), "16.20"},
		"surtax base":       {first.GetTaxes()[1].GetBase().GetAmount(), "97.20"},
		"surtax":            {first.GetTaxes()[1].GetAmount().GetAmount(), "9.72"},
		"tax":               {first.GetTax().GetAmount(), "25.92"},
		"gross":             {first.GetGross().GetAmount(), "106.92"},
		"withheld":          {first.GetWithheld().GetAmount(), "12.15"},
		"second discount":   {second.GetDocumentDiscount().GetAmount(), "1.00"},
		"second gross":      {second.GetGross().GetAmount(), "9.00"},
		"total":             {total(got), "90.00 + 25.92 = 115.92"},
		"payable":           {got.GetPayable().GetAmount(), "103.77"},
		"currency":          {got.GetPayable().GetCurrencyCode(), "USD"},
		"date":              {got.GetDate(), "2027-01-31"},
		"percent":           {got.GetTaxes()[2].GetPercent(), "15"},
		"account of agency": {got.GetTaxes()[0].GetAccountId(), c.accountOf(t, "2200")},
		"account of surtax": {got.GetTaxes()[1].GetAccountId(), c.accountOf(t, "2300")},
		"mode":              {got.GetMode().String(), "EXCLUSIVE"},
		"rounding":          {got.GetRounding().String(), "PER_LINE"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %s, want %s", name, pair[0], pair[1])
		}
	}
}

func TestCalculateTaxRefusesInvalidFields(t *testing.T) {
	t.Parallel()
	c := open(t)
	one := []*pb.CalculateTaxRequest_Line{line("1", "")}
	for name, bad := range map[string]struct {
		req    *pb.CalculateTaxRequest
		fields []string
	}{
		"refuses no lines":            {&pb.CalculateTaxRequest{}, []string{"lines"}},
		"refuses an unknown currency": {&pb.CalculateTaxRequest{CurrencyCode: "XXX", Lines: one}, []string{"currencyCode"}},
		"refuses a day that does not exist": {
			&pb.CalculateTaxRequest{Date: "2026-02-30", Lines: one}, []string{"date"},
		},
		"refuses both uses": {&pb.CalculateTaxRequest{Use: pb.TaxCode_BOTH, Lines: one}, []string{"use"}},
		"reports all lines at once": {&pb.CalculateTaxRequest{DiscountPercent: "101",
			Lines: []*pb.CalculateTaxRequest_Line{
				{Quantity: "two", UnitPrice: "1e-13"}, {UnitPrice: "1", DiscountPercent: "-1"},
			}},
			[]string{"discountPercent", "lines[0].quantity", "lines[0].unitPrice", "lines[1].discountPercent"}},
		"refuses two discounts": {&pb.CalculateTaxRequest{Lines: []*pb.CalculateTaxRequest_Line{
			{UnitPrice: "1", DiscountPercent: "5", DiscountAmount: amount("1", "")}}}, []string{"lines[0].discountPercent"}},
		"refuses a discount in another currency": {
			&pb.CalculateTaxRequest{DiscountAmount: amount("1", "EUR"), Lines: one}, []string{"discountAmount.currencyCode"}},
		"refuses a discount with fractions of a cent": {
			&pb.CalculateTaxRequest{DiscountAmount: amount("0.001", "USD"), Lines: one}, []string{"discountAmount.amount"}},
		"refuses a discount above the line": {&pb.CalculateTaxRequest{Lines: []*pb.CalculateTaxRequest_Line{
			line("1", ""), {UnitPrice: "1", DiscountAmount: amount("1.01", "USD")}}}, []string{"lines[1]"}},
		"refuses a discount above the document": {
			&pb.CalculateTaxRequest{DiscountAmount: amount("1.01", "USD"), Lines: one}, []string{"lines"}},
		"refuses an amount out of range": {
			&pb.CalculateTaxRequest{Lines: []*pb.CalculateTaxRequest_Line{line("90071992547409.92", "")}}, []string{"lines[0]"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.CalculateTax(t.Context(), bad.req)
			fields := apptest.Fields(err)
			slices.Sort(fields)
			if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID || !slices.Equal(fields, bad.fields) {
				t.Errorf("got %v, want violations at %v", err, bad.fields)
			}
		})
	}
}

// TestPreviewOverREST calculates with the JSON of the API.
func TestPreviewOverREST(t *testing.T) {
	t.Parallel()
	c := open(t)
	code := c.salesCode(t, "VAT", component("VAT", "20")).GetId()
	response := c.REST(t, http.MethodPost, "/v1/taxCodes:calculate",
		`{"mode": "INCLUSIVE", "lines": [{"unitPrice": "12", "taxCodeId": "`+code+`"}]}`)
	net, _ := response.Body["net"].(map[string]any)
	if response.Code != http.StatusOK || net["amount"] != "10.00" {
		t.Errorf("got %d %v", response.Code, response.Body)
	}
}
