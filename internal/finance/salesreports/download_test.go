package salesreports_test

import (
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestSalesReportsDownloadInEveryFormat downloads each report in each format over REST.
func TestSalesReportsDownloadInEveryFormat(t *testing.T) {
	t.Parallel()
	s := openSeason(t)
	for query, lines := range map[string]string{
		"report=AGED_RECEIVABLES&asOf=2027-02-28": "Customer,Not due,1–30,31–60,61–90,91+,Total,Credit\n" +
			"Harbor Cafe,0.00,273.70,0.00,0.00,0.00,273.70,0.00\nPier Books,0.00,134.91,0.00,0.00,0.00,134.91,0.00\n" +
			"Total,0.00,408.61,0.00,0.00,0.00,408.61,0.00\n",
		"report=AGED_RECEIVABLES&asOf=2027-02-28&includeDocuments=true&compare=PREVIOUS_PERIOD&bucketDays=30": "" +
			"Customer,Document,Date,Due,Not due,1–30,31+,Total,Credit,\"Total Jan 31, 2027\"\n" +
			"Harbor Cafe,INV-2027-0001,2027-01-10,2027-02-09,,273.70,,,,\n" +
			"Harbor Cafe,Total,,,0.00,273.70,0.00,273.70,0.00,392.70\n",
		"report=SALES&startDate=2027-01-01&endDate=2027-02-28": "Customer,Invoiced,Credited,Discounts,Other,Net Sales\n" +
			"Pier Books,313.37,0.00,-4.00,0.00,309.37\n",
		"report=SALES&startDate=2027-01-01&endDate=2027-02-28&groupBy=ITEM&compare=MONTHS": "" +
			"Item,Quantity,Jan 2027,Feb 2027,Total\nPoster,7,30.00,271.58,301.58\n",
		"report=RECEIPT_FORECAST&asOf=2027-02-01": "Expected,Number,USD\nOverdue,0,\n" +
			"\"Feb 1 – Feb 7, 2027\",0,\n\"Feb 8 – Feb 14, 2027\",1,392.70\nTotal,1,392.70\n",
		"report=INVOICE_SUMMARY&asOf=2027-02-28": "Invoices,Number,EUR,USD,Total in USD\nDrafts,0,,,\n" +
			"Open,2,119.00,273.70,408.61\n",
	} {
		for format, magic := range map[string]string{"CSV": "\ufeff", "XLSX": "PK\x03\x04", "PDF": "%PDF-"} {
			answer := s.REST(t, "GET", "/v1/salesReports:download?"+query+"&format="+format, "")
			if answer.Code != 200 || !strings.HasPrefix(string(answer.Raw), magic) {
				t.Errorf("%s as %s: %d, %.200q", query, format, answer.Code, answer.Raw)
			}
			if format == "CSV" && !strings.Contains(string(answer.Raw), "\n"+lines) {
				t.Errorf("%s: got %q, want %q", query, answer.Raw, lines)
			}
		}
	}
	csv := s.REST(t, "GET", "/v1/salesReports:download?report=SALES&format=CSV&basis=CASH&endDate=2027-02-28", "")
	if !strings.Contains(string(csv.Raw), "Cash basis. Amounts in USD.") {
		t.Errorf("got %q", csv.Raw)
	}
}

// TestSalesDownloadIsChecked refuses fields that a report ignores, and callers without the
// permission of a report.
func TestSalesDownloadIsChecked(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for _, r := range []*pb.DownloadSalesReportRequest{
		{Report: pb.DownloadSalesReportRequest_INVOICE_SUMMARY, StartDate: "2027-01-01"},
		{Report: pb.DownloadSalesReportRequest_SALES, StartDate: "2027-01-01", IncludeDocuments: true},
	} {
		r.Format = pb.DownloadReportRequest_CSV
		want := "startDate"
		if r.IncludeDocuments {
			want = "includeDocuments"
		}
		_, err := s.DownloadSalesReport(t.Context(), r)
		if got := apptest.Fields(err); !slices.Equal(got, []string{want}) {
			t.Errorf("got %v, %v, want %s", err, got, want)
		}
	}
	key := pb.NewSalesReportsServiceClient(s.WithRole(t, platformv1.ApiKey_BOOKKEEPER, "finance.invoices.read"))
	_, err := key.DownloadSalesReport(t.Context(), &pb.DownloadSalesReportRequest{
		Report: pb.DownloadSalesReportRequest_AGED_RECEIVABLES, Format: pb.DownloadReportRequest_CSV})
	if apptest.Reason(err) != optionsv1.Reason_PERMISSION_MISSING {
		t.Errorf("got %v, want PERMISSION_MISSING", err)
	}
}
