package reports_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/money"
)

// changes returns the report of changes since the close.
func (c company) changes(t *testing.T, req *pb.GetChangesSinceCloseRequest) *pb.ChangesSinceClose {
	t.Helper()
	r, err := c.reports.GetChangesSinceClose(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// changeTexts returns the kinds, descriptions and amounts of changes.
func changeTexts(r *pb.ChangesSinceClose) string {
	var out []string
	for _, e := range r.GetEntries() {
		out = append(out, fmt.Sprint(e.GetKind(), " ", e.GetDescription(), " ", e.GetAmount().GetAmount()))
	}
	return strings.Join(out, "; ")
}

// balancesOf returns the balance of each account at the end of a day, as known at a time, in minor
// units.
func (c company) balancesOf(t *testing.T, asOf string, knownAt *timestamppb.Timestamp) map[string]int64 {
	t.Helper()
	r, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{AsOf: asOf, KnownAt: knownAt})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for _, row := range r.GetRows() {
		debit, _ := money.Parse(row.GetAmounts()[0].GetAmount(), "USD")
		credit, _ := money.Parse(row.GetAmounts()[1].GetAmount(), "USD")
		if row.GetAccountId() != "" {
			out[row.GetAccountId()] += debit - credit
		}
	}
	return out
}

// checkEffects checks that the effects are what differs between the balances now and at a time.
func (c company) checkEffects(t *testing.T, r *pb.ChangesSinceClose, at *timestamppb.Timestamp) {
	t.Helper()
	was, is := c.balancesOf(t, r.GetEndDate(), at), c.balancesOf(t, r.GetEndDate(), nil)
	for _, e := range r.GetEffects() {
		change, _ := money.Parse(e.GetChange().GetAmount(), "USD")
		yearEnd, _ := money.Parse(e.GetYearEndChange().GetAmount(), "USD")
		is[e.GetAccountId()] -= change + yearEnd
	}
	for account, minor := range is {
		if minor != was[account] {
			t.Errorf("%s: got %d without the effect, want %d", account, minor, was[account])
		}
	}
}

// TestChangesSinceCloseShowExceptionsAndReopenings posts to a closed year by exception, closes and
// reopens it, posts again, and closes it again.
func TestChangesSinceCloseShowExceptionsAndReopenings(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	s := c.createShortYear(t, 2025)
	c.postLines(t, "2025-01-10", "6100 100, 1000 -100")
	january := c.monthOf(t, s, s.start).GetId()
	ofJanuary := &pb.GetChangesSinceCloseRequest{AccountingPeriodId: january}
	ofYear := &pb.GetChangesSinceCloseRequest{FiscalYearId: s.id}
	if r := c.changes(t, ofJanuary); len(r.GetEntries())+len(r.GetClosings())+len(r.GetEffects()) > 0 {
		t.Errorf("never closed: got %v", r)
	}
	c.closeMonths(t, s)
	r := c.changes(t, ofJanuary)
	if len(r.GetEntries()) > 0 || len(r.GetClosings()) != 1 || !r.GetClosings()[0].GetClosed() ||
		r.GetClosings()[0].GetPersonId() == "" || r.GetNetIncomeChange().GetAmount() != "0.00" {
		t.Errorf("closed: got %v", r)
	}
	firstClose := r.GetClosings()[0].GetTime()
	late := &pb.JournalEntry{
		Date: "2025-01-31", Description: "Late rent", LockExceptionReason: "The invoice came late",
		Lines: []*pb.JournalLine{c.line("6100", "30"), c.line("1000", "-30")},
	}
	if _, err := c.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: late}); err != nil {
		t.Fatal(err)
	}
	r = c.changes(t, ofJanuary)
	if changeTexts(r) != "EXCEPTION Late rent 30.00" || r.GetNetIncomeChange().GetAmount() != "-30.00" ||
		r.GetEntries()[0].GetLockExceptionReason() != late.LockExceptionReason ||
		r.GetEntries()[0].GetPostedByDisplayName() == "" || r.GetEntryCount() != 1 || r.GetTruncated() {
		t.Errorf("after an exception: got %v", r)
	}
	c.checkEffects(t, r, firstClose)
	afterException := r.GetEntries()[0].GetPostTime()

	c.closeYear(t, s)
	if _, err := c.ledger.ReopenFiscalYear(t.Context(), &pb.ReopenFiscalYearRequest{
		FiscalYearId: s.id, Reason: "The audit found something",
	}); err != nil {
		t.Fatal(err)
	}
	c.reopenMonths(t, s)
	c.postLines(t, "2025-01-15", "6100 5, 1000 -5")
	c.checkNotice(t, january, 2)
	c.closeMonths(t, s) // without a reason: a notice keeps nothing from being closed
	c.checkEffects(t, c.changes(t, ofYear), firstClose)
	r = c.changes(t, ofYear)
	if got := changeTexts(r); !strings.HasPrefix(got, "EXCEPTION Late rent 30.00; YEAR_END ") ||
		strings.Count(got, "YEAR_END") != 2 || !strings.HasSuffix(got, "; AFTER_REOPENING  5.00") {
		t.Errorf("the year: got %s", got)
	}
	if got := r.GetClosings(); len(got) != 8 || r.GetNetIncomeChange().GetAmount() != "-35.00" ||
		!slices.ContainsFunc(got, func(c *pb.ChangesSinceClose_Closing) bool {
			return c.GetFiscalYearId() == s.id && !c.GetClosed() && c.GetReason() == "The audit found something"
		}) {
		t.Errorf("got closings %v and net income %v", got, r.GetNetIncomeChange())
	}
	ofYear.Since = afterException
	if got := changeTexts(c.changes(t, ofYear)); strings.Contains(got, "EXCEPTION") || !strings.Contains(got, "5.00") {
		t.Errorf("since the exception: got %s", got)
	}
	c.checkChangesFile(t, january)
}

// checkNotice checks that the only blocker of a period is a notice about posted entries.
func (c company) checkNotice(t *testing.T, period string, count int32) {
	t.Helper()
	got, err := c.ledger.GetCloseBlockers(t.Context(), &pb.GetCloseBlockersRequest{AccountingPeriodId: period})
	if err != nil || len(got.GetBlockers()) != 1 {
		t.Fatalf("got %v, %v", got, err)
	}
	b := got.GetBlockers()[0]
	if b.GetKind() != pb.CloseBlocker_CHANGED_SINCE_CLOSE || b.GetSeverity() != pb.CloseBlocker_NOTICE ||
		b.GetCount() != count || len(b.GetRecordIds()) != int(count) {
		t.Errorf("got %v", b)
	}
}

// checkChangesFile downloads the changes of a period.
func (c company) checkChangesFile(t *testing.T, period string) {
	t.Helper()
	file := c.REST(t, "GET", "/v1/reports:download?report=CHANGES_SINCE_CLOSE&format=CSV&accountingPeriodId="+period, "")
	rows, err := csv.NewReader(bytes.NewReader(file.Raw)).ReadAll()
	if err != nil || len(rows) < 10 {
		t.Fatalf("got %v, %v, %s", rows, err, file.Raw)
	}
	var got []string
	for _, row := range rows[6:] {
		row[2], row[3] = "", "" // the day of the test, and the person
		got = append(got, strings.Join(row, "|"))
	}
	want := []string{
		"Late rent|2025-01-31|||The invoice came late|30.00|30.00", "|2025-01-15|||After reopening|5.00|5.00",
		"Effect on accounts, without year-end entries||||||", "1000 Checking|||||0.00|35.00", "6100 Rent|||||35.00|0.00",
		"Change of net income||||||-35.00",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestChangesSinceCloseRefusals refuses requests without one period, and callers without the
// rights.
func TestChangesSinceCloseRefusals(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	s := c.createShortYear(t, 2025)
	for what, req := range map[string]*pb.GetChangesSinceCloseRequest{
		"nothing": {}, "both": {AccountingPeriodId: c.monthOf(t, s, s.start).GetId(), FiscalYearId: s.id},
		"a year as a period": {AccountingPeriodId: s.id}, "text": {FiscalYearId: "2025' or 1=1"},
	} {
		if _, err := c.reports.GetChangesSinceClose(t.Context(), req); apptest.Reason(err) !=
			optionsv1.Reason_FIELDS_INVALID {
			t.Errorf("%s: got %v", what, err)
		}
	}
	req := &pb.GetChangesSinceCloseRequest{FiscalYearId: s.id}
	for who, o := range map[optionsv1.Reason]*apptest.Organization{
		optionsv1.Reason_RECORD_NOT_FOUND:   apptest.SignUp(t),
		optionsv1.Reason_PERMISSION_MISSING: c.WithRole(t, platformv1.ApiKey_PAYROLL),
	} {
		reports := pb.NewReportsServiceClient(o)
		if _, err := reports.GetChangesSinceClose(t.Context(), req); apptest.Reason(err) != who {
			t.Errorf("got %v, want %s", err, who)
		}
		if _, err := reports.DownloadReport(t.Context(), &pb.DownloadReportRequest{
			Report: pb.DownloadReportRequest_CHANGES_SINCE_CLOSE, Format: pb.DownloadReportRequest_CSV,
			FiscalYearId: s.id,
		}); apptest.Reason(err) != who {
			t.Errorf("download: got %v, want %s", err, who)
		}
	}
}

// line returns a line on the account with a code.
func (c company) line(code, amount string) *pb.JournalLine {
	return &pb.JournalLine{AccountId: c.codes[code], Amount: &typepb.Money{Amount: amount}}
}
