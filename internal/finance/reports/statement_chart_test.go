package reports_test

import (
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
			">Cash at the end of each day<", ">−2,000<", ">6,000<", ">Apr<",
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
