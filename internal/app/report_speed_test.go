package app_test

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/app/apptest"
)

// TestReportsAreFastInNewOrganization requests every report, file and check of large books for
// which PostgreSQL has no statistics, and of books of the same size for which it has.
func TestReportsAreFastInNewOrganization(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	known := createLargeBooks(t, a)
	for range 2 {
		createLargeBooks(t, a)
	}
	if _, err := owner(t).Exec(t.Context(), "analyze"); err != nil {
		t.Fatal(err)
	}
	fresh := createLargeBooks(t, a)
	knownPaths, paths := known.paths(t), fresh.paths(t)
	for _, m := range allMethods() {
		get := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule).GetGet()
		isReport := m.Parent().Name() == "ReportsService" || m.Parent().Name() == "SalesReportsService"
		if isReport && !slices.ContainsFunc(paths,
			func(p string) bool { return strings.HasPrefix(p, get+"?") }) {
			t.Errorf("%s is not tested", get)
		}
	}
	for n, path := range paths {
		checkSlowdown(t, request{fresh.Organization, path}, request{known.Organization, knownPaths[n]})
	}
}

// Query parameters of the whole period and of its last day.
const (
	largePeriod = "?startDate=2024-01-01&endDate=2026-10-31"
	largeEnd    = "?asOf=2026-10-31"
)

// paths returns the paths of all reports, files and checks, equally ordered for all books.
func (b *largeBooks) paths(t *testing.T) []string { return append(b.reports(), b.checks(t)...) }

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
	const cash = "&basis=CASH"
	add("reports/trialBalance"+largeEnd+cash, append(filtered, columns)...)
	add("reports/balanceSheet"+largeEnd+cash, compared[:2]...)
	add("reports/profitAndLoss"+largePeriod+cash, compared[:2]...)
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
	add("reports/sales"+largePeriod, compared[:2]...)
	for _, basis := range enumNames(financev1.AccountingBasis_name) {
		for _, group := range []string{"CUSTOMER", "ITEM", "ACCOUNT", "MONTH", "DIMENSION&dimensionId=" + b.project} {
			add("reports/sales"+largePeriod+"&basis="+basis+"&groupBy="+group, filtered...)
		}
		add("reports/sales:explain"+largePeriod+"&pageSize=500&basis="+basis, filtered...)
	}
	add("receivables:age"+largeEnd+"&includeDocuments=true", compared[:2]...)
	paths = append(paths, "/v1/invoices:summary"+largeEnd, "/v1/receivables:forecast"+largeEnd+"&shiftByHabit=true")
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
	for _, report := range enumNames(financev1.DownloadSalesReportRequest_Report_name) {
		for _, format := range enumNames(financev1.DownloadReportRequest_Format_name) {
			period := largeEnd
			if report == financev1.DownloadSalesReportRequest_SALES.String() {
				period = largePeriod
			}
			paths = append(paths, "/v1/salesReports:download"+period+"&report="+report+"&format="+format)
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

// enumNames returns the names of an enum's values by number, without the first, which is
// unspecified.
func enumNames(values map[int32]string) (all []string) {
	for _, n := range slices.Sorted(maps.Keys(values)) {
		if n > 0 {
			all = append(all, values[n])
		}
	}
	return all
}
