package reports_test

import (
	"strings"
	"testing"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/app/apptest"
)

// TestReportsDownloadInEveryFormat downloads each report in each format over REST.
func TestReportsDownloadInEveryFormat(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	for report, begin := range map[string]string{
		"ACCOUNT_BALANCES": "Account,Code,Currency,Own balance,Balance,Total\n" +
			"Checking,1000,USD,5750.75,5750.75,5750.75\n",
		"TRIAL_BALANCE":       "Account,Code,debit,credit\n",
		"PROFIT_AND_LOSS":     "Account,Code,amount\nSales,",
		"BALANCE_SHEET":       "Account,Code,amount\nAssets,",
		"CASH_FLOW_STATEMENT": "Account,Code,amount\nOperating activities,",
		"GENERAL_LEDGER": "Account,Date,Description,Reference,Debit,Credit,Balance\n" +
			"1000 Checking,,Opening balance",
		"JOURNAL":            "Description,Date,Reference,Account,Debit,Credit\n,2026-01-02,,1000 Checking,5000.00,\n",
		"PROFIT_VERSUS_CASH": "Account,Code,amount\nNet income,,",
		"REALIZED_GAINS":     "Description,Date,Currency,Gain\nTotal,,,0.00\n",
		"UNREALIZED_GAINS": "Account,Currency,Balance,Exchange rate,Book value,Market value,Gain\n" +
			"Total,,,,,,0.00\n",
	} {
		for format, magic := range map[string]string{"CSV": begin, "XLSX": "PK\x03\x04", "PDF": "%PDF-"} {
			answer := c.REST(t, "GET", "/v1/reports:download?report="+report+"&format="+format, "")
			if answer.Code != 200 || !strings.HasPrefix(string(answer.Raw), magic) ||
				strings.Contains(answer.Header.Get("Content-Type"), "json") {
				t.Errorf("%s as %s: %d, %s, %.80q", report, format, answer.Code, answer.Header.Get("Content-Type"),
					answer.Raw)
			}
			saveForInspection(t, report+"."+strings.ToLower(format), answer.Raw)
		}
	}
	body, err := c.reports.DownloadReport(t.Context(), &pb.DownloadReportRequest{
		Report: pb.DownloadReportRequest_PROFIT_AND_LOSS, Format: pb.DownloadReportRequest_CSV, StartDate: "2026-03-01",
		EndDate: "2026-04-30", Compare: pb.Compare_MONTHS,
	})
	if err != nil || !strings.Contains(string(body.GetData()), "Net income,,649.50,-249.25\n") {
		t.Errorf("got %s, %v", body.GetData(), err)
	}
	_, err = c.reports.DownloadReport(t.Context(), &pb.DownloadReportRequest{
		Report: pb.DownloadReportRequest_BALANCE_SHEET, Format: pb.DownloadReportRequest_CSV, StartDate: "2026-03-01",
	})
	if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID || apptest.Fields(err)[0] != "startDate" {
		t.Errorf("got %v", err)
	}
	_, err = c.reports.DownloadReport(t.Context(), &pb.DownloadReportRequest{})
	if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID {
		t.Errorf("got %v", err)
	}
}

// TestBooksExportInEveryFormat exports the books in each format over REST.
func TestBooksExportInEveryFormat(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	for format, part := range map[string]string{
		"HLEDGER": "    assets:1000 Checking  100.00 USD\n", "BEANCOUNT": "    Assets:A1000-Checking  100.00 USD\n",
		"CSV": ",MANUAL,1000,Checking,USD,100.00,,100.00,,\n", "XLSX": "PK\x03\x04",
	} {
		answer := c.REST(t, "GET", "/v1/books:export?format="+format, "")
		if answer.Code != 200 || !strings.Contains(string(answer.Raw), part) {
			t.Errorf("%s: %d, %.2000q", format, answer.Code, answer.Raw)
		}
	}
	late := c.REST(t, "GET", "/v1/books:export?format=HLEDGER&startDate=2026-04-02", "")
	if !strings.Contains(string(late.Raw), "2026-04-02 * Opening balances\n") ||
		strings.Contains(string(late.Raw), "2026-03-01") {
		t.Errorf("got %s", late.Raw)
	}
	if refused := c.REST(t, "GET", "/v1/books:export?format=HLEDGER&startDate=2026-04-02&endDate=2026-04-01",
		""); refused.Code != 400 {
		t.Errorf("got %d", refused.Code)
	}
	if refused := c.REST(t, "GET", "/v1/books:export", ""); refused.Code != 400 {
		t.Errorf("got %d", refused.Code)
	}
}
