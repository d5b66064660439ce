package tax_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestPlaceChoosesTheCode finds the codes of places in countries with and without local taxes.
func TestPlaceChoosesTheCode(t *testing.T) {
	t.Parallel()
	c := open(t)
	for _, key := range []string{"us", "ca", "de", "es", "gb"} {
		c.apply(t, key)
	}
	agency := c.agency(t, "City")
	local := func(name, region, subdivision string, postalCodes ...string) *pb.TaxCode {
		t.Helper()
		city := component("City tax", "8.25")
		city.TaxAgencyId = agency.GetId()
		rate := c.rate(t, &pb.TaxRate{DisplayName: name, Components: []*pb.TaxRate_Component{city}})
		return c.code(t, &pb.TaxCode{Code: name, DisplayName: name, SalesTaxRateId: rate.GetId(), RegionCode: region,
			SubdivisionCode: subdivision, PostalCodes: postalCodes})
	}
	local("Austin", "US", "US-TX", "787")
	local("Airport", "US", "US-TX", "78719", "78720")
	local("Palace", "GB", "", "SW1A")
	local("Twin 1", "US", "US-TX", "999")
	local("Twin 2", "US", "US-TX", "999")
	archived := local("Old", "US", "US-TX", "78701")
	if _, err := c.ArchiveTaxCode(t.Context(), &pb.ArchiveTaxCodeRequest{TaxCodeId: archived.GetId()}); err != nil {
		t.Fatal(err)
	}
	for _, at := range []struct{ region, subdivision, postal, want string }{
		{"US", "US-TX", "78701", "Austin"},
		{"US", "US-TX", "78719", "Airport"},
		{"US", "US-TX", "75001", "US-TX"},
		{"US", "US-TX", "", "US-TX"},
		{"US", "US-TX", "99901", ""},
		{"US", "US-NH", "03031", ""},
		{"CA", "CA-NS", "", "CA-NS"},
		{"CA", "CA-AB", "", "CA-AB"},
		{"CA", "ns", "B3H 4R2", "CA-NS"},
		{"CA", "Nova Scotia", "", ""},
		{"CA", "", "", ""},
		{"US", "TX", "78719", "Airport"},
		{"GB", "", "sw1a 1aa", "Palace"},
		{"DE", "", "10115", "DE-STD"},
		{"ES", "", "28001", "ES-STD"},
		{"GB", "GB-SCT", "", "GB-STD"},
		{"JP", "", "", ""},
	} {
		found, err := c.FindTaxCode(t.Context(), &pb.FindTaxCodeRequest{
			RegionCode: at.region, SubdivisionCode: at.subdivision, PostalCode: at.postal,
		})
		if err != nil || found.GetTaxCode().GetCode() != at.want {
			t.Errorf("%v: got %v, %v", at, found, err)
		}
	}
	_, err := c.FindTaxCode(t.Context(), &pb.FindTaxCodeRequest{RegionCode: "Germany"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "regionCode")
	_, err = c.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{
		Code: "X", DisplayName: "X", SalesTaxRateId: archived.GetSalesTaxRateId(), PostalCodes: []string{"1"},
	}})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "regionCode")
}
