package reports_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestChartsDrawInEveryFormat draws each chart in each format over REST.
func TestChartsDrawInEveryFormat(t *testing.T) {
	t.Parallel()
	c := newCompany(t, func(r *platformv1.SignUpRequest) { r.DisplayName = "Żółw & Søn <GmbH> Ελλάς" })
	c.postSampleBooks(t)
	c.rollUp(t)
	c.post(t, "2026-04-03", "6100", "1000", "6000.00")
	for name, parts := range map[string][]string{
		"PROFIT_AND_LOSS_BY_MONTH&startDate=2026-01-01&endDate=2026-06-30": {
			">Income<", ">Expenses<", ">Net income<", "Żółw &amp; Søn &lt;GmbH&gt; Ελλάς · USD", ">−10k<", ">Jun<",
			">2026<",
		},
		"CASH_BALANCE&startDate=2026-01-01&endDate=2026-04-30": {
			">Cash at the End of Each Day<", ">−2,000<", ">6,000<", ">Apr<",
		},
		"CASH_BALANCE&startDate=2026-04-01&endDate=2026-04-07": {">7<", ">Apr 2026<"},
		"CASH_BALANCE&startDate=2020-04-01&endDate=2020-04-07": {"No amounts in this period"},
		"PROFIT_AND_LOSS_BY_MONTH":                             {"USD"},
	} {
		svg := c.REST(t, "GET", "/v1/reports:chart?format=SVG&chart="+name, "")
		for _, part := range parts {
			if svg.Code != 200 || svg.Header.Get("Content-Type") != "image/svg+xml" ||
				!strings.Contains(string(svg.Raw), part) {
				t.Errorf("%s: got %d %s, want %s in the image", name, svg.Code, svg.Header.Get("Content-Type"), part)
			}
		}
		dots := c.REST(t, "GET", "/v1/reports:chart?format=PNG&chart="+name, "")
		if dots.Code != 200 || dots.Header.Get("Content-Type") != "image/png" ||
			!strings.HasPrefix(string(dots.Raw), "\x89PNG") {
			t.Errorf("%s: %d, %.80q", name, dots.Code, dots.Raw)
		}
		saveForInspection(t, name[:12]+".png", dots.Raw)
	}
	for query, field := range map[string]string{
		"chart=CASH_BALANCE": "format",
		"format=SVG":         "chart",
		"chart=CASH_BALANCE&format=SVG&startDate=2020-01-01&endDate=2023-01-01":          "startDate",
		"chart=CASH_BALANCE&format=SVG&startDate=2020-01-02&endDate=2020-01-01":          "startDate",
		"chart=CASH_BALANCE&format=SVG&dimensionValueIds=dmv_01k9zzzzzzzzzzzzzzzzzzzzzz": "dimensionValueIds",
		"chart=CASH_BALANCE&format=SVG&knownAt=2026-01-01T00:00:00Z":                     "knownAt",

		"chart=PROFIT_AND_LOSS_BY_MONTH&format=SVG&startDate=2020-01-01&dimensionValueIds=x&endDate=no": "endDate",
	} {
		if a := c.REST(t, "GET", "/v1/reports:chart?"+query, ""); a.Code != 400 ||
			!strings.Contains(string(a.Raw), `"`+field+`"`) {
			t.Errorf("%s: got %d %s, want field %s", query, a.Code, a.Raw, field)
		}
	}
	_, err := c.reports.DrawChart(t.Context(), &pb.DrawChartRequest{
		Chart: pb.DrawChartRequest_PROFIT_AND_LOSS_BY_MONTH, Format: pb.DrawChartRequest_PNG, StartDate: "2020-01-01",
		EndDate: "2022-12-31",
	})
	if err != nil {
		t.Errorf("36 months: got %v, %v", err, apptest.Fields(err))
	}
}

// saveForInspection writes a file to the directory in $LOOK, if set, so that it can be viewed.
func saveForInspection(t *testing.T, name string, raw []byte) {
	t.Helper()
	if dir := os.Getenv("LOOK"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o644); err != nil {
			t.Error(err)
		}
	}
}

// chartData returns the amounts of a chart from January to April 2026, one line for each series.
func (c company) chartData(t *testing.T, chart pb.DrawChartRequest_Chart) string {
	t.Helper()
	data, err := c.reports.GetChartData(t.Context(), &pb.GetChartDataRequest{
		Chart: chart, StartDate: "2026-01-01", EndDate: "2026-04-30",
	})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, s := range data.GetSeries() {
		line := s.GetLabel()
		for i, c := range data.GetColumns() {
			if c.GetStartDate() != "" || strings.HasSuffix(c.GetAsOf(), "-02") {
				line += " " + s.GetAmounts()[i].GetAmount()
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

// TestChartDataHasAmountsOfChart checks the amounts of charts by month, and by day on the second of
// each month.
func TestChartDataHasAmountsOfChart(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	c.post(t, "2026-02-01", "1010", "1000", "1000.00")
	for chart, want := range map[pb.DrawChartRequest_Chart]string{
		pb.DrawChartRequest_PROFIT_AND_LOSS_BY_MONTH: "Income 0.00 0.00 1200.00 1.25; " +
			"Expenses 0.00 0.00 550.50 250.50; Net income 0.00 0.00 649.50 -249.25",
		pb.DrawChartRequest_CASH_BALANCE: "Cash 5100.00 5100.00 6300.00 5750.75",
		pb.DrawChartRequest_BALANCE_BY_ACCOUNT: "Checking 5100.00 4100.00 5300.00 4750.75; " +
			"Savings 0.00 1000.00 1000.00 1000.00",
		pb.DrawChartRequest_SPENDING_BY_CATEGORY: "Rent 0.00 0.00 250.50 250.50; Subcontractors 0.00 0.00 300.00 0.00",
		pb.DrawChartRequest_SPENDING_BY_PAYEE:    "No payee 0.00 0.00 550.50 250.50",
		pb.DrawChartRequest_SPENDING_BY_VENDOR:   "No vendor 0.00 0.00 550.50 250.50",
	} {
		if got := c.chartData(t, chart); got != want {
			t.Errorf("%s: got %s, want %s", chart, got, want)
		}
	}
}

// TestChartHasAtMostEightSeries posts to ten expense accounts. The smallest three are in one
// series.
func TestChartHasAtMostEightSeries(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for i := range 10 {
		code := fmt.Sprint(7100 + i)
		account, err := c.ledger.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: &pb.Account{
			Code: code, DisplayName: "Cost " + code, Type: pb.Account_EXPENSE, Subtype: pb.Account_OPERATING_EXPENSE,
		}})
		if err != nil {
			t.Fatal(err)
		}
		c.codes[code] = account.GetId()
		c.post(t, "2026-03-01", code, "1000", fmt.Sprint(10+i))
	}
	data, err := c.reports.GetChartData(t.Context(), &pb.GetChartDataRequest{
		Chart: pb.DrawChartRequest_SPENDING_BY_CATEGORY, StartDate: "2026-03-01", EndDate: "2026-03-31",
	})
	if err != nil || len(data.GetSeries()) != 8 {
		t.Fatalf("got %v, %v", data, err)
	}
	first, last := data.GetSeries()[0], data.GetSeries()[7]
	if first.GetLabel() != "Cost 7109" || first.GetAccountId() != c.codes["7109"] ||
		last.GetLabel() != "Other categories" || last.GetAmounts()[0].GetAmount() != "33.00" {
		t.Errorf("got %v", data.GetSeries())
	}
}
