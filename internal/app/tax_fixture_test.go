package app_test

import (
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/app/apptest"
)

// createTaxAgency creates a tax agency and returns its identifier.
func createTaxAgency(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	agency, err := financev1.NewTaxServiceClient(o).CreateTaxAgency(t.Context(), &financev1.CreateTaxAgencyRequest{
		TaxAgency: &financev1.TaxAgency{DisplayName: uniqueName("Agency")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return agency.GetId()
}
