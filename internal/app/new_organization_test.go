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

// TestReportsOfANewOrganizationAreFast asks for every report, file and check of large books
// that Postgres has no statistics of, beside three organizations that it knows. Each must be
// answered within a second. The test is not parallel, since it measures time.
func TestReportsOfANewOrganizationAreFast(t *testing.T) {
	a := apptest.New(t)
	for range 3 {
		keepLargeBooks(t, a)
	}
	if _, err := owner(t).Exec(t.Context(), "analyze"); err != nil {
		t.Fatal(err)
	}
	b := keepLargeBooks(t, a)
	paths := append(b.reports(), b.checks(t)...)
	for _, m := range rpcs() {
		get := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule).GetGet()
		if m.Parent().Name() == "ReportsService" && !slices.ContainsFunc(paths, func(p string) bool { return strings.HasPrefix(p, get+"?") }) {
			t.Errorf("%s is not asked for", get)
		}
	}
	for _, path := range paths {
		if took, most := b.quickest(t, path), allowed(path); took > most {
			t.Errorf("%s takes %s, and may take %s", path, took, most)
		}
	}
}

// allowed is how long a path may take. To typeset the lines of three years, or to make a
// workbook of them, takes its time whatever Postgres knows.
func allowed(path string) time.Duration {
	lines := strings.Contains(path, "report=GENERAL_LEDGER") || strings.Contains(path, "report=JOURNAL") || strings.Contains(path, "books:export")
	if lines && (strings.HasSuffix(path, "format=PDF") || strings.HasSuffix(path, "format=XLSX")) {
		return 4 * time.Second
	}
	return time.Second
}

// quickest returns how long it takes to answer a path: the best of three times, or the first
// that is within what is allowed.
func (b *largeBooks) quickest(t *testing.T, path string) time.Duration {
	best := time.Hour
	for n := 0; n < 3 && best > allowed(path); n++ {
		begun := calendar.System().Now()
		answer := b.REST(t, "GET", path, "")
		best = min(best, calendar.System().Now().Sub(begun))
		if answer.Code != 200 {
			t.Fatalf("%s: %s", path, answer.Raw)
		}
	}
	return best
}

// Periods that are asked for: all, and the last day.
const (
	largePeriod = "?startDate=2024-01-01&endDate=2026-10-31"
	largeEnd    = "?asOf=2026-10-31"
)

// reports are the paths of all reports, in all their forms.
func (b *largeBooks) reports() (paths []string) {
	known := "&knownAt=" + url.QueryEscape(b.entries[len(b.entries)-1].GetPostTime().AsTime().Format(time.RFC3339Nano))
	ask := func(path string, forms ...string) {
		for _, form := range append(forms, "", known) {
			paths = append(paths, "/v1/"+path+form)
		}
	}
	within, divided := "&dimensionValueIds="+b.values[0], "&columnDimensionId="+b.project
	compared := []string{"&compare=MONTHS", "&compare=MONTHS" + known, "&currencyCode=EUR", "&currencyCode=EUR" + known}
	narrowed := []string{within, within + known}
	all := slices.Concat(compared, narrowed, []string{divided, divided + known})
	ask("reports/trialBalance"+largeEnd, all...)
	ask("reports/balanceSheet"+largeEnd, all...)
	ask("reports/profitAndLoss"+largePeriod, all...)
	ask("reports/profitVersusCash"+largePeriod, compared...)
	for _, method := range named(financev1.CashFlowStatement_Method_name) {
		ask("reports/cashFlowStatement"+largePeriod+"&method="+method, compared...)
	}
	ask("accounts:balances"+largeEnd, narrowed...)
	ask("reports/generalLedger"+largePeriod, narrowed...)
	ask("reports/generalLedger"+largePeriod+"&pageSize=500&accountId="+b.cash[0], narrowed...)
	ask("reports/journal"+largePeriod+"&pageSize=500", narrowed...)
	ask("reports/realizedGains"+largePeriod, narrowed...)
	return append(paths, b.files()...)
}

// files are the paths of all that is downloaded.
func (b *largeBooks) files() (paths []string) {
	paths = []string{"/v1/reports/unrealizedGains" + largeEnd}
	for _, report := range named(financev1.DownloadReportRequest_Report_name) {
		for _, format := range named(financev1.DownloadReportRequest_Format_name) {
			period := largePeriod
			if slices.Contains([]string{"TRIAL_BALANCE", "BALANCE_SHEET", "ACCOUNT_BALANCES", "UNREALIZED_GAINS"}, report) {
				period = largeEnd
			}
			paths = append(paths, "/v1/reports:download"+period+"&report="+report+"&format="+format)
		}
	}
	for _, chart := range named(financev1.DrawChartRequest_Chart_name) {
		for _, format := range named(financev1.DrawChartRequest_Format_name) {
			paths = append(paths, "/v1/reports:chart"+largePeriod+"&chart="+chart+"&format="+format)
		}
	}
	for _, format := range named(financev1.ExportBooksRequest_Format_name) {
		paths = append(paths, "/v1/books:export"+largePeriod+"&format="+format)
	}
	return paths
}

// checks are the paths of all that looks through the books, and of the lines behind a row of
// a report.
func (b *largeBooks) checks(t *testing.T) (paths []string) {
	periods := must(b.ledger.ListAccountingPeriods(t.Context(), &financev1.ListAccountingPeriodsRequest{PageSize: 1, OrderBy: "start_date desc"}))(t)
	for _, path := range []string{
		"books:checkIntegrity", "books:verify", "books:status",
		"accountingPeriods/" + periods.GetAccountingPeriods()[0].GetId() + ":blockers",
		"bankAccounts", "bankTransfers:find",
		"bankStatementLines/" + b.lines[40].GetId() + ":suggest",
		"bankStatementLines:suspectedPersonal", "bankStatementLines:suspectedDuplicates",
		"bankStatementLines:suspectedDuplicates?bankAccountId=" + b.bank.GetId(),
		"reconciliations/" + b.reconciliation, "reconciliations/" + b.reconciliation + ":suggestOutstandingLines",
		"journalEntries?pageSize=500", "journalLines?pageSize=500",
		"journalLines?filter=" + url.QueryEscape(`moved_cash = true AND account_id = "`+b.accounts[len(b.accounts)-1]+`"`),
		"journalLines?filter=" + url.QueryEscape(`post_time <= "2020-01-01T00:00:00Z"`),
	} {
		paths = append(paths, "/v1/"+path)
	}
	return paths
}

// named are the names of an enum's values but the first, which says nothing.
func named(values map[int32]string) (all []string) {
	for n, name := range values {
		if n > 0 {
			all = append(all, name)
		}
	}
	return all
}
