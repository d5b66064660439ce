package reports_test

import (
	"bytes"
	"encoding/csv"
	"mime"
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
	const (
		day    = "&asOf=2026-04-30"
		period = "&startDate=2026-01-01&endDate=2026-04-30"
	)
	for report, labels := range map[string]string{
		"ACCOUNT_BALANCES" + day: "Account,Code,Currency,Own Balance,Balance,Total\n" +
			"Checking,1000,USD,5750.75,5750.75,5750.75\n",
		"TRIAL_BALANCE" + day:          "Account,Code,Debit,Credit\nChecking,1000,5750.75,\n",
		"PROFIT_AND_LOSS" + period:     "Account,Code,Jan – Apr 2026\nSales,",
		"BALANCE_SHEET" + day:          "Account,Code,\"Apr 30, 2026\"\nAssets,",
		"CASH_FLOW_STATEMENT" + period: "Account,Code,Jan – Apr 2026\nOperating activities,",
		"GENERAL_LEDGER" + period: "Account,Date,Description,Reference,Debit,Credit,Balance\n" +
			"1000 Checking,,Opening balance",
		"JOURNAL" + period: "Date,Reference,Description,Account,Memo,Debit,Credit\n" +
			"2026-01-02,,,1000 Checking,,5000.00,\n",
		"PROFIT_VERSUS_CASH" + period: "Account,Code,Jan – Apr 2026\nNet income,,",
		"REALIZED_GAINS" + period:     "Date,Description,Currency,Gain\n",
		"UNREALIZED_GAINS" + day:      "Account,Currency,Balance,Exchange Rate,Book Value,Market Value,Gain\n",
	} {
		for format, magic := range map[string]string{"CSV": "\ufeff", "XLSX": "PK\x03\x04", "PDF": "%PDF-"} {
			answer := c.REST(t, "GET", "/v1/reports:download?report="+report+"&format="+format, "")
			if answer.Code != 200 || !strings.HasPrefix(string(answer.Raw), magic) ||
				strings.Contains(answer.Header.Get("Content-Type"), "json") {
				t.Errorf("%s as %s: %d, %s, %.80q", report, format, answer.Code, answer.Header.Get("Content-Type"),
					answer.Raw)
			}
			if format == "CSV" && !strings.Contains(string(answer.Raw), "\n"+labels) {
				t.Errorf("%s: got %.400q, want the labels %q", report, answer.Raw, labels)
			}
			saveForInspection(t, strings.SplitN(report, "&", 2)[0]+"."+strings.ToLower(format), answer.Raw)
		}
	}
	body, err := c.reports.DownloadReport(t.Context(), &pb.DownloadReportRequest{
		Report: pb.DownloadReportRequest_PROFIT_AND_LOSS, Format: pb.DownloadReportRequest_CSV, StartDate: "2026-03-01",
		EndDate: "2026-04-30", Compare: pb.Compare_MONTHS,
	})
	if err != nil || !strings.Contains(string(body.GetData()), "Net income,,649.50,-249.25,400.25\n") {
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

// TestCSVStatesCurrencyAndPeriod downloads each report and the books as CSV. Each file begins with
// a byte-order mark, states its period and currency above the labels, and has a name (RFC 6266).
func TestCSVStatesCurrencyAndPeriod(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	const (
		day    = "&asOf=2026-04-30"
		period = "&startDate=2026-01-01&endDate=2026-04-30"

		onThatDay, fourMonths = "As of April 30, 2026", "For the Four Months Ended April 30, 2026"
	)
	for path, want := range map[string][2]string{
		"reports:download?report=ACCOUNT_BALANCES" + day:       {"Account Balances", onThatDay},
		"reports:download?report=TRIAL_BALANCE" + day:          {"Trial Balance", onThatDay},
		"reports:download?report=BALANCE_SHEET" + day:          {"Balance Sheet", onThatDay},
		"reports:download?report=UNREALIZED_GAINS" + day:       {"Unrealized Exchange Gains", onThatDay},
		"reports:download?report=PROFIT_AND_LOSS" + period:     {"Profit and Loss", fourMonths},
		"reports:download?report=CASH_FLOW_STATEMENT" + period: {"Statement of Cash Flows", fourMonths},
		"reports:download?report=PROFIT_VERSUS_CASH" + period:  {"Profit Versus Cash", fourMonths},
		"reports:download?report=GENERAL_LEDGER" + period:      {"General Ledger", fourMonths},
		"reports:download?report=JOURNAL" + period:             {"Journal", fourMonths},
		"reports:download?report=REALIZED_GAINS" + period:      {"Realized Exchange Gains", fourMonths},
		"books:export?" + period[1:]:                           {"Journal", fourMonths},
		"books:export?startDate=2026-03-01":                    {"Journal", "For the Period March 1 to April 2, 2026"},
		"books:export?endDate=2026-03-15": {
			"Journal", "For the Period November 30, 2025 to March 15, 2026",
		},
		"books:export?startDate=2030-01-01": {"Journal", "From January 1, 2030"},
	} {
		file := c.REST(t, "GET", "/v1/"+path+"&format=CSV", "")
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file.Raw, []byte("\ufeff")))).ReadAll()
		if err != nil || len(rows) < 5 || !bytes.HasPrefix(file.Raw, []byte("\ufeff")) {
			t.Errorf("%s: got %.200q, %v, want a table after a byte-order mark", path, file.Raw, err)
			continue
		}
		if rows[1][0] != want[0] || rows[2][0] != want[1] || !strings.Contains(rows[3][0], "mounts in USD.") {
			t.Errorf("%s: got %q, want %q in USD of %q", path, rows[1:4], want[0], want[1])
		}
		_, params, err := mime.ParseMediaType(file.Header.Get("Content-Disposition"))
		if err != nil || !strings.HasSuffix(params["filename"], ".csv") {
			t.Errorf("%s: got the file name %q, %v", path, params["filename"], err)
		}
	}
}

// TestBooksExportInEveryFormat exports the books in each format over REST.
func TestBooksExportInEveryFormat(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	for format, part := range map[string]string{
		"HLEDGER": "    assets:1000 Checking  100.00 USD\n", "BEANCOUNT": "    Assets:A1000-Checking  100.00 USD\n",
		"CSV": ",MANUAL,1000,Checking,USD,100.00,,100.00,,", "XLSX": "PK\x03\x04",
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
