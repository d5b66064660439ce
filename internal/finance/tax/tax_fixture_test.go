package tax_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// company is an organization with taxes.
type company struct {
	*apptest.Organization
	pb.TaxServiceClient
	ledger pb.LedgerServiceClient
}

func open(t *testing.T) *company {
	t.Helper()
	o := apptest.SignUp(t)
	return &company{
		Organization: o, TaxServiceClient: pb.NewTaxServiceClient(o), ledger: pb.NewLedgerServiceClient(o),
	}
}

func (c *company) agency(t *testing.T, name string) *pb.TaxAgency {
	t.Helper()
	made, err := c.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{TaxAgency: &pb.TaxAgency{DisplayName: name}})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (c *company) rate(t *testing.T, r *pb.TaxRate) *pb.TaxRate {
	t.Helper()
	made, err := c.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: r})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (c *company) code(t *testing.T, code *pb.TaxCode) *pb.TaxCode {
	t.Helper()
	made, err := c.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: code})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// salesCode creates an agency, a rate with components, and a code for sales. Components without an
// agency get the new one.
func (c *company) salesCode(t *testing.T, name string, components ...*pb.TaxRate_Component) *pb.TaxCode {
	t.Helper()
	agency := c.agency(t, "Agency of "+name)
	for _, component := range components {
		if component.TaxAgencyId == "" {
			component.TaxAgencyId = agency.GetId()
		}
	}
	rate := c.rate(t, &pb.TaxRate{DisplayName: name, Components: components})
	return c.code(t, &pb.TaxCode{Code: name, DisplayName: name, SalesTaxRateId: rate.GetId()})
}

// component returns a component with one percentage, which is valid from the beginning.
func component(name, percent string) *pb.TaxRate_Component {
	return &pb.TaxRate_Component{DisplayName: name, Spans: []*pb.TaxRate_Span{{Percent: percent}}}
}

// apply applies a template and returns the identifiers of its codes by code.
func (c *company) apply(t *testing.T, key string, subdivisions ...string) map[string]string {
	t.Helper()
	applied, err := c.ApplyTaxTemplate(t.Context(), &pb.ApplyTaxTemplateRequest{Key: key, SubdivisionCodes: subdivisions})
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	for _, code := range applied.GetTaxCodes() {
		codes[code.GetCode()] = code.GetId()
	}
	return codes
}

// line returns a line with a quantity of one.
func line(price, codeID string) *pb.CalculateTaxRequest_Line {
	return &pb.CalculateTaxRequest_Line{UnitPrice: price, TaxCodeId: codeID}
}

// calculate fails the test if lines cannot be calculated.
func (c *company) calculate(t *testing.T, req *pb.CalculateTaxRequest) *pb.TaxCalculation {
	t.Helper()
	result, err := c.CalculateTax(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// total returns net, tax and gross of a calculation.
func total(c *pb.TaxCalculation) string {
	return c.GetNet().GetAmount() + " + " + c.GetTax().GetAmount() + " = " + c.GetGross().GetAmount()
}

func amount(value, currency string) *typepb.Money {
	return &typepb.Money{Amount: value, CurrencyCode: currency}
}
