package reports

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/reports/cashflow"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// drawBooks draws balanced entries over accounts of several subtypes.
func drawBooks(t *rapid.T) (chart []balance, lines []posted) {
	for n, s := range []pb.Account_Subtype{
		pb.Account_BANK, pb.Account_FIXED_ASSET, pb.Account_LOAN, pb.Account_OWNER_EQUITY, pb.Account_SALES,
		pb.Account_OTHER_INCOME,
		pb.Account_COST_OF_SALES, pb.Account_OPERATING_EXPENSE, pb.Account_INTEREST,
	} {
		types := []pb.Account_Type{
			pb.Account_ASSET, pb.Account_ASSET, pb.Account_LIABILITY, pb.Account_EQUITY, pb.Account_INCOME,
			pb.Account_INCOME,
			pb.Account_EXPENSE, pb.Account_EXPENSE, pb.Account_EXPENSE,
		}
		chart = append(chart, account(n, types[n], s, rapid.IntRange(-1, n-1).Draw(t, "parent")))
	}
	anyAccount := rapid.IntRange(0, len(chart)-1)
	for range rapid.IntRange(0, 30).Draw(t, "entries") {
		date := drawDay(t)
		minor := rapid.Int64Range(-money.MaxMinor/100, money.MaxMinor/100).Draw(t, "minor")
		lines = append(lines,
			posted{anyAccount.Draw(t, "debit"), date, minor}, posted{anyAccount.Draw(t, "credit"), date, -minor})
	}
	return chart, lines
}

func drawDay(t *rapid.T) calendar.Date {
	return day(t, "2024-01-01").AddDays(rapid.IntRange(0, 1000).Draw(t, "day"))
}

func minorOf(m *typepb.Money) int64 {
	minor, err := money.Parse(m.Amount, m.CurrencyCode)
	if err != nil {
		panic(err)
	}
	return minor
}

// TestBalanceSheetBalances checks that assets equal liabilities plus equity, whatever was
// posted and whenever the fiscal year starts, and that every heading equals its rows.
func TestBalanceSheetBalances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chart, lines := drawBooks(t)
		end := drawDay(t)
		start, _ := calendar.FiscalYear(end, 7)
		all := sum(chart, lines, columnOver(zeroDate, end))
		sheet := balanceSheet(all, sum(chart, lines, columnOver(start, end)).earnings(), nil)
		if minorOf(sheet.TotalAssets) != minorOf(sheet.TotalLiabilities)+minorOf(sheet.TotalEquity) {
			t.Fatalf("got assets %v, want %v + %v", sheet.TotalAssets, sheet.TotalLiabilities, sheet.TotalEquity)
		}
		checkSums(t, sheet.Rows)
		trial := trialBalance(all, nil)
		if trial.TotalDebit.Amount != trial.TotalCredit.Amount {
			t.Fatalf("got debits %v, want credits %v", trial.TotalDebit, trial.TotalCredit)
		}
	})
}

// checkSums checks that every heading equals the sum of its rows.
func checkSums(t *rapid.T, rows []*pb.ReportRow) {
	for _, r := range rows {
		var total int64
		for _, part := range r.Rows {
			total += minorOf(part.Amounts[0])
		}
		if len(r.Rows) > 0 && total != minorOf(r.Amounts[0]) {
			t.Fatalf("%s: got %v, want the sum of its rows, %d", r.Label, r.Amounts[0], total)
		}
		if (r.AccountId != "") != (r.DrillFilter != "") || r.AccountId != "" && len(r.Rows) > 0 {
			t.Fatalf("got row %v without an account, rows or amounts", r)
		}
		checkSums(t, r.Rows)
	}
}

// TestAdjacentPeriodsAddUp checks that the figures of two adjacent periods add up to those of
// the whole.
func TestAdjacentPeriodsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chart, lines := drawBooks(t)
		start := drawDay(t)
		middle := start.AddDays(rapid.IntRange(0, 400).Draw(t, "first"))
		end := middle.AddDays(rapid.IntRange(1, 400).Draw(t, "second"))
		of := func(start, end calendar.Date) *pb.ProfitAndLoss {
			got := profitAndLoss(sum(chart, lines, columnOver(start, end)))
			checkSums(t, got.Rows)
			return got
		}
		whole, first, second := of(start, end), of(start, middle), of(middle.AddDays(1), end)
		for name, figure := range map[string]func(*pb.ProfitAndLoss) *typepb.Money{
			"income": (*pb.ProfitAndLoss).GetTotalIncome, "cost": (*pb.ProfitAndLoss).GetTotalCostOfSales,
			"gross profit": (*pb.ProfitAndLoss).GetGrossProfit, "expenses": (*pb.ProfitAndLoss).GetTotalExpenses,
			"net": (*pb.ProfitAndLoss).GetNetIncome,
		} {
			if minorOf(figure(whole)) != minorOf(figure(first))+minorOf(figure(second)) {
				t.Fatalf("%s: got %v, want %v + %v", name, figure(whole), figure(first), figure(second))
			}
		}
	})
}

// TestCashFlowMatchesCashAccounts checks that the activities add up to the change of the cash
// accounts, whatever was posted.
func TestCashFlowMatchesCashAccounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chart, lines := drawBooks(t)
		sections := rapid.SampledFrom([]pb.Account_CashFlowSection{
			pb.Account_CASH_AND_EQUIVALENTS, pb.Account_OPERATING, pb.Account_INVESTING, pb.Account_FINANCING,
		})
		for i := range chart {
			chart[i].CashFlowSection = sections.Draw(t, "section").String()
			if chart[i].isResult() {
				chart[i].CashFlowSection = pb.Account_OPERATING.String()
			}
		}
		start := drawDay(t)
		end := start.AddDays(rapid.IntRange(0, 400).Draw(t, "days"))
		s := sum(chart, lines, columnOver(start, end))
		opening := cashTotal(sum(chart, lines, columnOver(zeroDate, start.AddDays(-1))).balances, 1)
		closing := cashTotal(sum(chart, lines, columnOver(zeroDate, end)).balances, 1)
		parts := partsOf(t, s, lines, sumsOfAccounts)
		held := cashHeld{opening: opening, closing: closing}
		direct, indirect := cashFlow(s, parts, held, true), cashFlow(s, parts, held, false)
		for _, got := range []*pb.CashFlowStatement{direct, indirect} {
			if minorOf(got.ClosingCash) != closing[0] {
				t.Fatalf("closing cash: got %v, want %d", got.ClosingCash, closing[0])
			}
			checkSums(t, got.Rows)
		}
		for i, row := range direct.Rows {
			if other := indirect.Rows[i]; row.Label != other.Label || row.Amounts[0].Amount != other.Amounts[0].Amount {
				t.Fatalf("got %s %v by the direct method, %s %v by the indirect", row.Label, row.Amounts, other.Label,
					other.Amounts)
			}
		}
		versus := profitVersusCash(s, parts, held)
		var sum int64
		for _, row := range versus.Rows[:len(versus.Rows)-1] {
			sum += minorOf(row.Amounts[0])
		}
		if change := closing[0] - opening[0]; sum != change || minorOf(versus.ChangeInCash) != change {
			t.Fatalf("got reasons of %d, want a change of %d: %v", sum, change, versus)
		}
	})
}

// TestFiscalYearContainsDay checks that the year of a day contains it, that it is the record of the
// day if there is one, and that it overlaps no other record.
func TestFiscalYearContainsDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		years := fiscalYears{firstMonth: time.Month(rapid.IntRange(1, 12).Draw(t, "first month"))}
		at := day(t, "2020-01-01")
		for range rapid.IntRange(0, 5).Draw(t, "records") {
			start := at.AddDays(rapid.IntRange(0, 500).Draw(t, "gap"))
			end := start.AddDays(rapid.IntRange(0, 700).Draw(t, "length"))
			years.records, at = append(years.records, period{start, end}), end.AddDays(1)
		}
		d := drawDay(t)
		got := years.containing(d)
		if !got.contains(d) {
			t.Fatalf("got %v for %s", got, d)
		}
		for _, p := range years.records {
			overlaps := !p.end.Before(got.start) && !p.start.After(got.end)
			if overlaps != (p == got) || p.contains(d) && p != got {
				t.Fatalf("got %v for %s, beside the record %v", got, d, p)
			}
		}
	})
}

// partsOf attributes entries of two lines in memory.
func partsOf(
	t *rapid.T, s statement, lines []posted, sumUp func([][]movement) ([]map[uuid.UUID]int64, error),
) cashParts {
	flows := newCashFlows(s, sumUp)
	for i := 0; i < len(lines); i += 2 {
		var e cashflow.Entry
		for _, l := range lines[i : i+2] {
			e.Lines = append(e.Lines, cashflow.Line{Account: s.balances[l.account].flowAccount(), Minor: l.minor})
		}
		flows.add(lines[i].date, cashflow.Attribute(e))
	}
	parts, err := flows.parts()
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

// sumsOfAccounts adds up movements without a change of currency.
func sumsOfAccounts(moved [][]movement) ([]map[uuid.UUID]int64, error) {
	out := make([]map[uuid.UUID]int64, len(moved))
	for i, column := range moved {
		out[i] = map[uuid.UUID]int64{}
		for _, m := range column {
			out[i][m.account] += m.minor
		}
	}
	return out, nil
}

// TestWholeMonthsLieWithinPeriod checks that whole months lie in the period, and that fewer than
// two months of days remain besides them.
func TestWholeMonthsLieWithinPeriod(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := drawDay(t)
		end := start.AddDays(rapid.IntRange(0, 100).Draw(t, "days"))
		first, last := wholeMonths(start, end)
		from, to := day(t, first), day(t, last).LastOfMonth()
		if from.Before(start) || from.Day() != 1 || start.DaysUntil(from) > 31 {
			t.Fatalf("%s to %s: got first month %s", start, end, from)
		}
		if first <= last && (to.After(end) || to.DaysUntil(end) > 31) {
			t.Fatalf("%s to %s: got last month %s", start, end, to)
		}
		if first > last && start.DaysUntil(end) > 62 {
			t.Fatalf("%s to %s: got no whole month", start, end)
		}
	})
}
