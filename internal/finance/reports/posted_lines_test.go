package reports_test

import (
	"context"
	"fmt"
	"testing"

	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// systemContext returns a context in which the organization's chores run.
func (c company) systemContext(t *testing.T) (context.Context, *db.DB) {
	t.Helper()
	d, _ := apptest.Databases(t)
	org, err := id.Parse("org", c.Organization.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	system, err := c.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	system.Method = t.Name()
	return call.With(t.Context(), system), d
}

// rollUp rolls up the posted lines and checks that the rollups equal the sums of the lines.
func (c company) rollUp(t *testing.T) {
	t.Helper()
	ctx, d := c.systemContext(t)
	if err := ledger.New(d).RollUp(ctx); err != nil {
		t.Fatal(err)
	}
	if n, err := db.Read(ctx, d, ledger.CountStaleRollups); err != nil || n != 0 {
		t.Fatalf("%d rollups differ from their lines, %v", n, err)
	}
}

func minorUnits(t interface{ Fatal(...any) }, m *typepb.Money) int64 {
	n, err := money.Parse(m.GetAmount(), m.GetCurrencyCode())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// accountsOf returns the amounts of a report's account rows by account ID, one per column.
func accountsOf(t interface{ Fatal(...any) }, rows []*pb.ReportRow, into map[string][]int64) map[string][]int64 {
	for _, r := range rows {
		if r.GetAccountId() != "" {
			for _, a := range r.GetAmounts() {
				into[r.GetAccountId()] = append(into[r.GetAccountId()], minorUnits(t, a))
			}
		}
		accountsOf(t, r.GetRows(), into)
	}
	return into
}

func dayAfter(t interface{ Fatal(...any) }, day string) string {
	d, err := calendar.ParseDate(day)
	if err != nil {
		t.Fatal(err)
	}
	return d.AddDays(1).String()
}

// TestStatementsMatchPostedLines posts and rolls up at random. Every statement must match the
// sums of the posted lines and the other statements.
func TestStatementsMatchPostedLines(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	codes := []string{"1000", "1010", "1300", "1500", "2100", "2500", "3000", "4000", "4800", "5000", "6100", "6950"}
	type posted struct {
		date, account string
		minor         int64
	}
	var lines []posted
	days := rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf("20%02d-%02d-%02d", rapid.IntRange(24, 26).Draw(t, "year"),
			rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
	})
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(1, 5).Draw(r, "entries") {
			date, n := days.Draw(r, "date"), rapid.Int64Range(1, 1_000_000).Draw(r, "minor")
			debit, credit := rapid.SampledFrom(codes).Draw(r, "debit"), rapid.SampledFrom(codes).Draw(r, "credit")
			c.post(t, date, debit, credit, money.Format(n, "USD"))
			lines = append(lines, posted{date, c.codes[debit], n}, posted{date, c.codes[credit], -n})
		}
		if rapid.Bool().Draw(r, "roll up") {
			c.rollUp(t)
		}
		start, end := days.Draw(r, "start"), days.Draw(r, "end")
		if start > end {
			start, end = end, start
		}
		sums := map[string]int64{}
		for _, l := range lines {
			if l.date <= end {
				sums[l.account] += l.minor
			}
		}
		trial, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{AsOf: end})
		if err != nil {
			r.Fatal(err)
		}
		for account, sides := range accountsOf(r, trial.GetRows(), map[string][]int64{}) {
			if sides[0]-sides[1] != sums[account] {
				r.Fatalf("%s on %s: got %v, want %d", account, end, sides, sums[account])
			}
		}
		if minorUnits(r, trial.GetTotalDebit()) != minorUnits(r, trial.GetTotalCredit()) {
			r.Fatalf("trial balance on %s does not balance: %v", end, trial)
		}
		sheet, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{AsOf: end})
		if err != nil ||
			minorUnits(r, sheet.GetTotalAssets()) != minorUnits(r, sheet.GetTotalLiabilities())+minorUnits(r,
				sheet.GetTotalEquity()) {
			r.Fatalf("%v, %v", sheet, err)
		}
		cash := sums[c.codes["1000"]] + sums[c.codes["1010"]]
		for _, method := range []pb.CashFlowStatement_Method{
			pb.CashFlowStatement_INDIRECT, pb.CashFlowStatement_DIRECT,
		} {
			flow, err := c.reports.GetCashFlowStatement(t.Context(), &pb.GetCashFlowStatementRequest{
				StartDate: start, EndDate: end, Method: method,
			})
			if err != nil || minorUnits(r, flow.GetClosingCash()) != cash {
				r.Fatalf("%s from %s to %s: got %v, %v, want closing cash of %d", method, start, end, flow, err, cash)
			}
		}
		profit := func(start, end string) int64 {
			pl, err := c.reports.GetProfitAndLoss(t.Context(),
				&pb.GetProfitAndLossRequest{StartDate: start, EndDate: end})
			if err != nil {
				r.Fatal(err)
			}
			return minorUnits(r, pl.GetNetIncome())
		}
		if middle := days.Draw(r, "middle"); start <= middle && middle < end {
			if whole, first, second := profit(start, end), profit(start, middle), profit(dayAfter(r, middle),
				end); whole != first+second {
				r.Fatalf("profit from %s to %s: got %d, want %d + %d, split after %s",
					start, end, whole, first, second, middle)
			}
		}
		months, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
			StartDate: start[:4] + "-01-01", EndDate: start[:4] + "-12-31", Compare: pb.Compare_MONTHS,
		})
		if err != nil || len(months.GetColumns()) != 13 {
			r.Fatalf("%v, %v", months, err)
		}
		year, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
			StartDate: start[:4] + "-01-01", EndDate: start[:4] + "-12-31",
		})
		if err != nil {
			r.Fatal(err)
		}
		var sum int64
		for _, m := range months.GetSeries()[2].GetAmounts()[:12] {
			sum += minorUnits(r, m)
		}
		if sum != minorUnits(r, year.GetNetIncome()) || sum != minorUnits(r, months.GetNetIncome()) {
			r.Fatalf("months: got a sum of %d, want %v", sum, year.GetNetIncome())
		}
	})
}

// TestGeneralLedgerBalancesRunAcrossPages pages through the general ledger. Running balances
// must continue from page to page.
func TestGeneralLedgerBalancesRunAcrossPages(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.postSampleBooks(t)
	read := func(account string, size int32) (lines []*pb.GeneralLedgerLine) {
		token := ""
		for {
			page, err := c.reports.GetGeneralLedger(t.Context(), &pb.GetGeneralLedgerRequest{
				StartDate: "2026-01-01", EndDate: "2026-12-31", AccountId: account, PageSize: size, PageToken: token,
			})
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, page.GetLines()...)
			if token = page.GetNextPageToken(); token == "" {
				return lines
			}
		}
	}
	whole := read("", 500)
	for _, size := range []int32{1, 2, 3, 7} {
		paged := read("", size)
		if len(paged) != len(whole) {
			t.Fatalf("pages of %d: got %d lines, want %d", size, len(paged), len(whole))
		}
		for i := range whole {
			if paged[i].String() != whole[i].String() {
				t.Errorf("pages of %d, line %d: got %v, want %v", size, i, paged[i], whole[i])
			}
		}
	}
	bank := read(c.codes["1000"], 2)
	if len(bank) != 7 || bank[0].GetBalance().GetAmount() != "100.00" || bank[1].GetDebit().GetAmount() != "5000.00" ||
		bank[6].GetBalance().GetAmount() != "5750.75" {
		t.Errorf("got %v", bank)
	}
	_, err := c.reports.GetGeneralLedger(t.Context(), &pb.GetGeneralLedgerRequest{
		AccountId: "acc_01k9zzzzzzzzzzzzzzzzzzzzzz",
	})
	if apptest.Reason(err) != optionsv1.Reason_RECORD_NOT_FOUND {
		t.Errorf("got %v", err)
	}
	_, err = c.reports.GetGeneralLedger(t.Context(), &pb.GetGeneralLedgerRequest{PageToken: "x"})
	if apptest.Reason(err) != optionsv1.Reason_PAGE_TOKEN_INVALID {
		t.Errorf("got %v", err)
	}
}

// TestDimensionColumns splits a profit and loss by project, filters it by a project, and reads
// it as known before a late entry.
func TestDimensionColumns(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	project, err := c.ledger.CreateDimension(t.Context(), &pb.CreateDimensionRequest{
		Dimension: &pb.Dimension{DisplayName: "Client"},
	})
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, name := range []string{"Intranet", "Website"} {
		v, err := c.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
			DimensionValue: &pb.DimensionValue{DimensionId: project.GetId(), DisplayName: name},
		})
		if err != nil {
			t.Fatal(err)
		}
		values[name] = v.GetId()
	}
	sell := func(amount string, value ...string) *pb.JournalEntry {
		e, err := c.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{
			JournalEntry: &pb.JournalEntry{Date: "2026-03-01", Lines: []*pb.JournalLine{
				{AccountId: c.codes["1000"], Amount: &typepb.Money{Amount: amount}},
				{AccountId: c.codes["4000"], Amount: &typepb.Money{Amount: "-" + amount}, DimensionValueIds: value},
			}}})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	sell("100", values["Website"])
	before := sell("30", values["Intranet"])
	c.rollUp(t)
	sell("7")
	ask := &pb.GetProfitAndLossRequest{
		StartDate: "2026-01-01", EndDate: "2026-12-31", ColumnDimensionId: project.GetId(),
	}
	divided, err := c.reports.GetProfitAndLoss(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, label := range divided.GetColumns() {
		got = append(got, label.GetLabel()+" "+divided.GetSeries()[2].GetAmounts()[i].GetAmount())
	}
	if fmt.Sprint(got) != "[Total 137.00 Intranet 30.00 Website 100.00 None 7.00]" {
		t.Errorf("got %q", got)
	}
	row := divided.GetRows()[0].GetRows()[0]
	for i, filter := range row.GetColumnFilters() {
		list, err := c.ledger.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{Filter: filter})
		if err != nil {
			t.Fatalf("%s: %v", filter, err)
		}
		var sum int64
		for _, l := range list.GetJournalLines() {
			sum -= minorUnits(t, l.GetBaseAmount())
		}
		if sum != minorUnits(t, row.GetAmounts()[i]) {
			t.Errorf("filter %s: got lines of %d, want %v", filter, sum, row.GetAmounts()[i])
		}
	}
	narrow, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
		StartDate: "2026-01-01", EndDate: "2026-12-31", DimensionValueIds: []string{values["Website"]},
	})
	if err != nil || narrow.GetNetIncome().GetAmount() != "100.00" {
		t.Errorf("got %v, %v", narrow.GetNetIncome(), err)
	}
	known, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
		StartDate: "2026-01-01", EndDate: "2026-12-31", KnownAt: before.GetPostTime(),
	})
	if err != nil || known.GetNetIncome().GetAmount() != "130.00" {
		t.Errorf("as known before the late entry: got %v, %v", known.GetNetIncome(), err)
	}
	never, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{
		AsOf: "2026-12-31", KnownAt: &timestamppb.Timestamp{Seconds: 1},
	})
	if err != nil || len(never.GetRows()) != 0 {
		t.Errorf("got %v, %v", never, err)
	}
	ask.Compare = pb.Compare_MONTHS
	_, err = c.reports.GetProfitAndLoss(t.Context(), ask)
	if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID {
		t.Errorf("got %v", err)
	}
}
