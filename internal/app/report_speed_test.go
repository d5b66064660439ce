package app_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/calendar"
)

// TestReportsAreFastInNewOrganization requests every report, file and check of large books for
// which PostgreSQL has no statistics, next to three organizations with statistics. Each must take
// less than a second, or what maxDuration allows. The test is not parallel, since it measures time.
func TestReportsAreFastInNewOrganization(t *testing.T) {
	a := apptest.New(t)
	for range 3 {
		createLargeBooks(t, a)
	}
	if _, err := owner(t).Exec(t.Context(), "analyze"); err != nil {
		t.Fatal(err)
	}
	b := createLargeBooks(t, a)
	paths := append(b.reports(), b.checks(t)...)
	for _, m := range allMethods() {
		get := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule).GetGet()
		if m.Parent().Name() == "ReportsService" && !slices.ContainsFunc(paths,
			func(p string) bool { return strings.HasPrefix(p, get+"?") }) {
			t.Errorf("%s is not tested", get)
		}
	}
	for _, path := range paths {
		if took, limit := b.shortestDuration(t, path), maxDuration(path); took > limit {
			t.Errorf("%s: took %s, want at most %s", path, took, limit)
		}
	}
}

// maxDuration returns how long a path may take. Formatting the lines of three years as PDF or XLSX
// takes more than a second even with statistics.
func maxDuration(path string) time.Duration {
	lines := strings.Contains(path, "report=GENERAL_LEDGER") || strings.Contains(path,
		"report=JOURNAL") || strings.Contains(path, "books:export")
	if lines && (strings.HasSuffix(path, "format=PDF") || strings.HasSuffix(path, "format=XLSX")) {
		return 4 * time.Second
	}
	return time.Second
}

// shortestDuration requests a path up to three times, until it takes no longer than allowed, and
// returns the shortest duration.
func (b *largeBooks) shortestDuration(t *testing.T, path string) time.Duration {
	best := time.Hour
	for n := 0; n < 3 && best > maxDuration(path); n++ {
		start := calendar.System().Now()
		response := b.REST(t, "GET", path, "")
		best = min(best, calendar.System().Now().Sub(start))
		if response.Code != 200 {
			t.Fatalf("%s: %s", path, response.Raw)
		}
	}
	return best
}

// Query parameters of the whole period and of its last day.
const (
	largePeriod = "?startDate=2024-01-01&endDate=2026-10-31"
	largeEnd    = "?asOf=2026-10-31"
)

// reports returns the paths of all reports with all their parameters.
func (b *largeBooks) reports() (paths []string) {
	known := "&knownAt=" + url.QueryEscape(b.entries[len(b.entries)-1].GetPostTime().AsTime().Format(time.RFC3339Nano))
	add := func(path string, parameters ...string) {
		for _, p := range append(parameters, "", known) {
			paths = append(paths, "/v1/"+path+p)
		}
	}
	filter, columns := "&dimensionValueIds="+b.values[0], "&columnDimensionId="+b.project
	compared := []string{"&compare=MONTHS", "&compare=MONTHS" + known, "&currencyCode=EUR", "&currencyCode=EUR" + known}
	filtered := []string{filter, filter + known}
	all := slices.Concat(compared, filtered, []string{columns, columns + known})
	add("reports/trialBalance"+largeEnd, all...)
	add("reports/balanceSheet"+largeEnd, all...)
	add("reports/profitAndLoss"+largePeriod, all...)
	add("reports/profitVersusCash"+largePeriod, compared...)
	for _, method := range enumNames(financev1.CashFlowStatement_Method_name) {
		add("reports/cashFlowStatement"+largePeriod+"&method="+method, compared...)
	}
	add("accounts:balances"+largeEnd, filtered...)
	add("reports/generalLedger"+largePeriod, filtered...)
	add("reports/generalLedger"+largePeriod+"&pageSize=500&accountId="+b.cash[0], filtered...)
	add("reports/journal"+largePeriod+"&pageSize=500", filtered...)
	add("reports/realizedGains"+largePeriod, filtered...)
	return append(paths, b.files()...)
}

// files returns the paths of all downloads.
func (b *largeBooks) files() (paths []string) {
	paths = []string{"/v1/reports/unrealizedGains" + largeEnd}
	for _, report := range enumNames(financev1.DownloadReportRequest_Report_name) {
		if report == financev1.DownloadReportRequest_CHANGES_SINCE_CLOSE.String() {
			continue // of a period that is closed, in checks
		}
		for _, format := range enumNames(financev1.DownloadReportRequest_Format_name) {
			period := largePeriod
			if slices.Contains([]string{"TRIAL_BALANCE", "BALANCE_SHEET", "ACCOUNT_BALANCES", "UNREALIZED_GAINS"}, report) {
				period = largeEnd
			}
			paths = append(paths, "/v1/reports:download"+period+"&report="+report+"&format="+format)
		}
	}
	for _, chart := range enumNames(financev1.DrawChartRequest_Chart_name) {
		paths = append(paths, "/v1/reports:chartData"+largePeriod+"&chart="+chart)
		for _, format := range enumNames(financev1.DrawChartRequest_Format_name) {
			paths = append(paths, "/v1/reports:chart"+largePeriod+"&chart="+chart+"&format="+format)
		}
	}
	for _, format := range enumNames(financev1.ExportBooksRequest_Format_name) {
		paths = append(paths, "/v1/books:export"+largePeriod+"&format="+format)
	}
	return paths
}

// checks returns the paths of checks and lists that read large parts of the books.
func (b *largeBooks) checks(t *testing.T) (paths []string) {
	periods := must(b.ledger.ListAccountingPeriods(t.Context(),
		&financev1.ListAccountingPeriodsRequest{PageSize: 1, OrderBy: "start_date desc"}))(t)
	period := periods.GetAccountingPeriods()[0]
	for _, path := range []string{
		"reports/changesSinceClose?fiscalYearId=" + period.GetFiscalYearId(),
		"reports:download?report=CHANGES_SINCE_CLOSE&format=CSV&fiscalYearId=" + period.GetFiscalYearId(),
		"books:checkIntegrity", "books:verify", "books:status",
		"accountingPeriods/" + period.GetId() + ":blockers",
		"bankAccounts", "bankTransfers:find",
		"bankStatementLines/" + b.lines[40].GetId() + ":suggest",
		"bankStatementLines:suspectedPersonal", "bankStatementLines:suspectedDuplicates",
		"bankStatementLines:suspectedDuplicates?bankAccountId=" + b.bank.GetId(),
		"reconciliations/" + b.reconciliation, "reconciliations/" + b.reconciliation + ":suggestOutstandingLines",
		"reconciliations/" + b.reconciliation + ":report",
		"journalEntries?pageSize=500", "journalLines?pageSize=500",
		"journalLines?filter=" + url.QueryEscape(`moved_cash = true AND account_id = "`+b.accounts[len(b.accounts)-1]+`"`),
		"journalLines?filter=" + url.QueryEscape(`post_time <= "2020-01-01T00:00:00Z"`),
	} {
		paths = append(paths, "/v1/"+path)
	}
	return paths
}

// enumNames returns the names of an enum's values except the first, which is unspecified.
func enumNames(values map[int32]string) (all []string) {
	for n, name := range values {
		if n > 0 {
			all = append(all, name)
		}
	}
	return all
}
