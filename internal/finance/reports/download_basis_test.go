package reports_test

import (
	"strings"
	"testing"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// download returns a report as CSV.
func (c company) download(t *testing.T, query string) string {
	t.Helper()
	file := c.REST(t, "GET", "/v1/reports:download?format=CSV&report="+query, "")
	if file.Code != 200 {
		t.Fatalf("%s: got %d %s", query, file.Code, file.Raw)
	}
	return string(file.Raw)
}

// TestFilesStateTheirBasis checks the period and the notes of files: a fiscal year, another
// currency, a filter and a time, in the form of the organization's region.
func TestFilesStateTheirBasis(t *testing.T) {
	t.Parallel()
	c := newCompany(t, func(r *platformv1.SignUpRequest) { r.RegionCode = "DE" })
	c.postSampleBooks(t)
	place, err := c.ledger.CreateDimension(t.Context(), &pb.CreateDimensionRequest{
		Dimension: &pb.Dimension{DisplayName: "Place"},
	})
	if err != nil {
		t.Fatal(err)
	}
	boston, err := c.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
		DimensionValue: &pb.DimensionValue{DimensionId: place.GetId(), DisplayName: "Boston"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for query, wants := range map[string][]string{
		"PROFIT_AND_LOSS&startDate=2026-01-01&endDate=2026-12-31": {
			"\nFor the Year Ended 31 December 2026,", "\n\"Accrual basis, presented by IFRS. Amounts in USD.\",",
		},
		"CASH_FLOW_STATEMENT&startDate=2026-01-01&endDate=2026-03-31&method=DIRECT": {
			"\nStatement of Cash Flows,", "\nFor the Three Months Ended 31 March 2026,", "Amounts in USD. Direct method.\"",
		},
		"BALANCE_SHEET&asOf=2026-10-31&dimensionValueIds=" + boston.GetId(): {
			"\nAs of 31 October 2026,", "Only lines with Place: Boston.",
		},
		"GENERAL_LEDGER&startDate=2026-01-01&endDate=2026-12-31&q=rent&knownAt=2030-01-02T12:00:00Z": {
			"Only lines that contain “rent”. Only entries posted by 2 January 2030, ",
		},
	} {
		got := c.download(t, query)
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s: got %.400s, want %s in it", query, got, want)
			}
		}
	}
}

// TestZeroRowsAreDownloadedOnRequest checks an account whose entries add up to zero, and an account
// without entries.
func TestZeroRowsAreDownloadedOnRequest(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	c.post(t, "2026-02-01", "6400", "1000", "12.00")
	c.post(t, "2026-02-02", "1000", "6400", "12.00")
	for query, row := range map[string]string{
		"TRIAL_BALANCE&asOf=2026-12-31":                           "\nTravel,6400,0.00,\n",
		"PROFIT_AND_LOSS&startDate=2026-01-01&endDate=2026-12-31": "\nTravel,6400,0.00\n",
		"ACCOUNT_BALANCES&asOf=2026-12-31":                        "\nSavings,1010,USD,0.00,0.00,0.00\n",
	} {
		if plain := c.download(t, query); strings.Contains(plain, row) {
			t.Errorf("%s: got %s in %s", query, row, plain)
		}
		if all := c.download(t, query+"&includeZeroRows=true"); !strings.Contains(all, row) {
			t.Errorf("%s: got %s, want %s in it", query, all, row)
		}
	}
	refused := c.REST(t, "GET", "/v1/reports:download?format=CSV&report=JOURNAL&includeZeroRows=true", "")
	if refused.Code != 400 {
		t.Errorf("got %d for a report of entries", refused.Code)
	}
}
