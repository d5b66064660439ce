package reports_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/money"
)

// TestJournalPagesListEachEntryOnce pages through the journal. It lists every posted entry of
// the period once with all of its lines, and no draft.
func TestJournalPagesListEachEntryOnce(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	read := func(size int32) (entries []*pb.JournalReport_Entry) {
		token := ""
		for {
			page, err := c.reports.GetJournal(t.Context(), &pb.GetJournalRequest{
				StartDate: "2026-01-01", EndDate: "2026-12-31", PageSize: size, PageToken: token,
			})
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, page.GetEntries()...)
			if token = page.GetNextPageToken(); token == "" {
				return entries
			}
		}
	}
	whole := read(0)
	if len(whole) != 6 || whole[0].GetDate() != "2026-01-02" || len(whole[0].GetLines()) != 2 ||
		whole[0].GetLines()[1].GetCredit().GetAmount() != "5000.00" || whole[0].GetSource() != pb.JournalEntry_MANUAL {
		t.Errorf("got %v", whole)
	}
	for _, size := range []int32{1, 2, 5} {
		if got := fmt.Sprint(read(size)); got != fmt.Sprint(whole) {
			t.Errorf("pages of %d: got %s, want %s", size, got, whole)
		}
	}
	known, err := c.reports.GetJournal(t.Context(), &pb.GetJournalRequest{
		StartDate: "2026-01-01", EndDate: "2026-12-31", KnownAt: whole[3].GetPostTime(),
	})
	if err != nil || len(known.GetEntries()) != 4 {
		t.Errorf("as known at the fourth entry: got %v, %v", known, err)
	}
	for _, ask := range []*pb.GetJournalRequest{{PageToken: "x"}, {StartDate: "2026-01-02", EndDate: "2026-01-01"}} {
		want := map[bool]optionsv1.Reason{
			true: optionsv1.Reason_PAGE_TOKEN_INVALID, false: optionsv1.Reason_FIELDS_INVALID,
		}[ask.PageToken != ""]
		if _, err := c.reports.GetJournal(t.Context(), ask); apptest.Reason(err) != want {
			t.Errorf("%v: got %v, want %v", ask, err, want)
		}
	}
}

// column adds up a column of a table, except for rows with a cell in leaveOut.
func column(
	t interface{ Fatal(...any) }, rows [][]string, label string, leaveOut map[string]bool,
) (sum decimal.Decimal) {
	at := -1
	for _, row := range rows {
		if at < 0 {
			for i, cell := range row {
				if cell == label {
					at = i
				}
			}
			continue
		}
		isOut := slices.ContainsFunc(row, func(cell string) bool { return leaveOut[cell] })
		if at < len(row) && row[at] != "" && !isOut {
			n, err := decimal.NewFromString(row[at])
			if err != nil {
				t.Fatal(err)
			}
			sum = sum.Add(n)
		}
	}
	return sum
}

// TestFileTotalsMatchReports compares the sums in files with those of the report.
func TestFileTotalsMatchReports(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	codes := []string{"1000", "1010", "1500", "2100", "3000", "4000", "5000", "6100"}
	read := func(r *rapid.T, report pb.DownloadReportRequest_Report,
		format pb.DownloadReportRequest_Format) (rows [][]string) {
		ask := &pb.DownloadReportRequest{Report: report, Format: format, StartDate: "2026-01-01", EndDate: "2026-12-31"}
		if report == pb.DownloadReportRequest_TRIAL_BALANCE {
			ask.StartDate, ask.EndDate, ask.AsOf = "", "", "2026-12-31"
		}
		body, err := c.reports.DownloadReport(t.Context(), ask)
		if err != nil {
			r.Fatal(err)
		}
		if format == pb.DownloadReportRequest_CSV {
			rows, err = csv.NewReader(bytes.NewReader(body.GetData())).ReadAll()
		} else {
			var f *excelize.File
			if f, err = excelize.OpenReader(bytes.NewReader(body.GetData())); err == nil {
				rows, err = f.GetRows(f.GetSheetName(0), excelize.Options{RawCellValue: true})
			}
		}
		if err != nil {
			r.Fatal(err)
		}
		return rows
	}
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(1, 4).Draw(r, "entries") {
			date := fmt.Sprintf("2026-%02d-%02d", rapid.IntRange(1, 12).Draw(r, "month"),
				rapid.IntRange(1, 28).Draw(r, "day"))
			c.post(t, date, rapid.SampledFrom(codes).Draw(r, "debit"), rapid.SampledFrom(codes).Draw(r, "credit"),
				money.Format(rapid.Int64Range(1, 1_000_000_000).Draw(r, "minor"), "USD"))
		}
		trial, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{AsOf: "2026-12-31"})
		if err != nil {
			r.Fatal(err)
		}
		journal, err := c.reports.GetJournal(t.Context(), &pb.GetJournalRequest{
			StartDate: "2026-01-01", EndDate: "2026-12-31", PageSize: 500,
		})
		if err != nil || journal.GetNextPageToken() != "" {
			r.Fatal(err)
		}
		var debits decimal.Decimal
		for _, e := range journal.GetEntries() {
			for _, l := range e.GetLines() {
				if l.GetDebit() != nil {
					debits = debits.Add(decimalOf(l.GetDebit()))
				}
			}
		}
		for _, format := range []pb.DownloadReportRequest_Format{
			pb.DownloadReportRequest_CSV, pb.DownloadReportRequest_XLSX,
		} {
			total := map[string]bool{"Total": true}
			for _, label := range []string{"Debit", "Credit"} {
				rows := read(r, pb.DownloadReportRequest_TRIAL_BALANCE, format)
				if got := column(r, rows, label, total); !got.Equal(decimalOf(trial.GetTotalDebit())) {
					r.Fatalf("%s: sum of %s: got %s, want %v", format, label, got, trial.GetTotalDebit())
				}
			}
			for _, label := range []string{"Debit", "Credit"} {
				rows := read(r, pb.DownloadReportRequest_JOURNAL, format)
				if got := column(r, rows, label, total); !got.Equal(debits) {
					r.Fatalf("%s: sum of %s in the journal: got %s, want %s", format, label, got, debits)
				}
				if got := column(r, read(r, pb.DownloadReportRequest_GENERAL_LEDGER, format), label,
					total); !got.Equal(debits) {
					r.Fatalf("%s: sum of %s in the general ledger: got %s, want %s", format, label, got, debits)
				}
			}
		}
	})
}
