package reports

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// posted is a line of the books in memory.
type posted struct {
	account int
	date    calendar.Date
	minor   int64
}

// sum is what balances answers, of lines in memory.
func sum(chart []balance, lines []posted, columns ...column) statement {
	out := append([]balance(nil), chart...)
	for i := range out {
		out[i].Minor = make(amounts, len(columns))
	}
	for n, c := range columns {
		for _, l := range lines {
			if !l.date.After(c.end) && (c.start.IsZero() || !l.date.Before(c.start)) {
				out[l.account].Minor[n] += l.minor
				out[l.account].Moved = true
			}
		}
	}
	return statement{currency: "USD", columns: columns, all: out}
}

func during(start, end calendar.Date) column {
	return column{period: period{start, end}, label: onlyColumn}
}

func account(n int, t pb.Account_Type, s pb.Account_Subtype, parent int) balance {
	b := balance{ID: number(n), Code: fmt.Sprint(1000 + n), DisplayName: fmt.Sprint("Account ", n), Type: t.String(), Subtype: s.String()}
	if parent >= 0 {
		b.ParentAccountID = uuid.NullUUID{UUID: number(parent), Valid: true}
	}
	return b
}

func number(n int) uuid.UUID { return uuid.UUID{15: byte(n + 1)} }

func day(t interface{ Fatal(...any) }, text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// text draws a tree of rows, for comparison.
func text(rows []*pb.ReportRow, indent string) string {
	var out strings.Builder
	for _, r := range rows {
		amounts := make([]string, len(r.Amounts))
		for i, a := range r.Amounts {
			amounts[i] = a.Amount
		}
		kind := ""
		if r.AccountId != "" {
			kind = " *"
		}
		fmt.Fprintf(&out, "%s%s %s%s\n%s", indent, r.Label, strings.Join(amounts, " "), kind, text(r.Rows, indent+"  "))
	}
	return out.String()
}

// small is a chart in which accounts are parts of others.
func small() []balance {
	return []balance{
		account(0, pb.Account_ASSET, pb.Account_BANK, -1),
		account(1, pb.Account_LIABILITY, pb.Account_LOAN, -1),
		account(2, pb.Account_EQUITY, pb.Account_OWNER_EQUITY, -1),
		account(3, pb.Account_INCOME, pb.Account_SALES, -1),
		account(4, pb.Account_INCOME, pb.Account_SALES, 3),
		account(5, pb.Account_INCOME, pb.Account_OTHER_INCOME, 3),
		account(6, pb.Account_EXPENSE, pb.Account_COST_OF_SALES, -1),
		account(7, pb.Account_EXPENSE, pb.Account_OPERATING_EXPENSE, -1),
		account(8, pb.Account_EXPENSE, pb.Account_OPERATING_EXPENSE, 7),
		account(9, pb.Account_EXPENSE, pb.Account_INTEREST, 8),
	}
}

// month is a small company's November, the year before it included.
func month(t *testing.T) []posted {
	var lines []posted
	for _, e := range []struct {
		date          string
		debit, credit int
		minor         int64
	}{
		{"2025-12-31", 0, 3, 10_000}, {"2026-01-05", 0, 2, 50_000}, {"2026-02-01", 0, 1, 20_000},
		{"2026-11-02", 0, 3, 30_000}, {"2026-11-03", 0, 4, 5_000}, {"2026-11-04", 0, 5, 700},
		{"2026-11-05", 6, 0, 8_000}, {"2026-11-06", 8, 0, 4_000}, {"2026-11-07", 9, 0, 300}, {"2026-11-08", 8, 0, 1_000},
		{"2026-12-01", 7, 0, 2_500},
	} {
		lines = append(lines, posted{e.debit, day(t, e.date), e.minor}, posted{e.credit, day(t, e.date), -e.minor})
	}
	return lines
}

func TestProfitAndLoss(t *testing.T) {
	got := profitAndLoss(sum(small(), month(t), during(day(t, "2026-11-01"), day(t, "2026-11-30"))))
	want := `Sales 350.00
  Account 3 350.00
    Account 3 300.00 *
    Account 4 50.00 *
Cost of sales 80.00
  Account 6 80.00 *
Gross profit 270.00
Other income 7.00
  Account 5 7.00 *
Expenses 53.00
  Account 7 53.00
    Account 8 53.00
      Account 8 50.00 *
      Account 9 3.00 *
Net income 224.00
`
	if rows := text(got.Rows, ""); rows != want {
		t.Errorf("got\n%s\nwant\n%s", rows, want)
	}
	if got.TotalIncome.Amount != "357.00" || got.GrossProfit.Amount != "270.00" || got.TotalExpenses.Amount != "53.00" || got.NetIncome.Amount != "224.00" {
		t.Errorf("totals are %v", got)
	}
	filter := got.Rows[1].Rows[0].DrillFilter
	if want := fmt.Sprintf(`account_id = %q AND date >= "2026-11-01" AND date <= "2026-11-30"`, got.Rows[1].Rows[0].AccountId); filter != want {
		t.Errorf("drills by %s, want %s", filter, want)
	}
}

func TestBalanceSheet(t *testing.T) {
	end := day(t, "2026-11-30")
	thisYear := sum(small(), month(t), during(day(t, "2026-01-01"), end))
	got := balanceSheet(sum(small(), month(t), during(zeroDate, end)), thisYear.earnings())
	want := `Assets 1024.00
  Account 0 1024.00 *
Liabilities 200.00
  Account 1 200.00 *
Equity 824.00
  Account 2 500.00 *
  Earnings of earlier years 100.00
  Earnings of this year 224.00
`
	if rows := text(got.Rows, ""); rows != want {
		t.Errorf("got\n%s\nwant\n%s", rows, want)
	}
	if got.PriorEarnings.Amount != "100.00" || got.CurrentEarnings.Amount != "224.00" {
		t.Errorf("earnings are %v and %v", got.PriorEarnings, got.CurrentEarnings)
	}
}

func TestTrialBalance(t *testing.T) {
	inYen := sum(small(), month(t), during(zeroDate, day(t, "2026-01-05")))
	inYen.currency = "JPY"
	got := trialBalance(inYen)
	want := "Account 0 60000 0 *\nAccount 2 0 50000 *\nAccount 3 0 10000 *\n"
	if rows := text(got.Rows, ""); rows != want || got.TotalDebit.Amount != "60000" || got.TotalCredit.Amount != "60000" {
		t.Errorf("got %s\n%v", rows, got)
	}
}

func TestNothingPosted(t *testing.T) {
	nothing := sum(small(), nil, during(zeroDate, day(t, "2026-01-05")))
	if got := text(balanceSheet(nothing, nothing.earnings()).Rows, ""); strings.Contains(got, "Account") || !strings.Contains(got, "Assets 0.00") {
		t.Errorf("got\n%s", got)
	}
}

// drawBooks draws balanced entries on a chart of every subtype.
func drawBooks(t *rapid.T) (chart []balance, lines []posted) {
	for n, s := range []pb.Account_Subtype{
		pb.Account_BANK, pb.Account_FIXED_ASSET, pb.Account_LOAN, pb.Account_OWNER_EQUITY, pb.Account_SALES, pb.Account_OTHER_INCOME,
		pb.Account_COST_OF_SALES, pb.Account_OPERATING_EXPENSE, pb.Account_INTEREST,
	} {
		types := []pb.Account_Type{
			pb.Account_ASSET, pb.Account_ASSET, pb.Account_LIABILITY, pb.Account_EQUITY, pb.Account_INCOME, pb.Account_INCOME,
			pb.Account_EXPENSE, pb.Account_EXPENSE, pb.Account_EXPENSE,
		}
		chart = append(chart, account(n, types[n], s, rapid.IntRange(-1, n-1).Draw(t, "parent")))
	}
	anyAccount := rapid.IntRange(0, len(chart)-1)
	for range rapid.IntRange(0, 30).Draw(t, "entries") {
		date := drawDay(t)
		minor := rapid.Int64Range(-money.MaxMinor/100, money.MaxMinor/100).Draw(t, "minor")
		lines = append(lines, posted{anyAccount.Draw(t, "debit"), date, minor}, posted{anyAccount.Draw(t, "credit"), date, -minor})
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

// TestBalanceSheetProperty holds assets to equal liabilities and equity, whatever was
// posted and whenever the fiscal year begins, and every heading to its rows.
func TestBalanceSheetProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chart, lines := drawBooks(t)
		end := drawDay(t)
		start, _ := calendar.FiscalYear(end, 7)
		all := sum(chart, lines, during(zeroDate, end))
		sheet := balanceSheet(all, sum(chart, lines, during(start, end)).earnings())
		if minorOf(sheet.TotalAssets) != minorOf(sheet.TotalLiabilities)+minorOf(sheet.TotalEquity) {
			t.Fatalf("%v is not %v and %v", sheet.TotalAssets, sheet.TotalLiabilities, sheet.TotalEquity)
		}
		addUp(t, sheet.Rows)
		trial := trialBalance(all)
		if trial.TotalDebit.Amount != trial.TotalCredit.Amount {
			t.Fatalf("%v is not %v", trial.TotalDebit, trial.TotalCredit)
		}
	})
}

// addUp holds every row that has rows to be their sum.
func addUp(t *rapid.T, rows []*pb.ReportRow) {
	for _, r := range rows {
		var total int64
		for _, part := range r.Rows {
			total += minorOf(part.Amounts[0])
		}
		if len(r.Rows) > 0 && total != minorOf(r.Amounts[0]) {
			t.Fatalf("%s is %v, its rows are %d", r.Label, r.Amounts[0], total)
		}
		if (r.AccountId != "") != (r.DrillFilter != "") || r.AccountId != "" && len(r.Rows) > 0 {
			t.Fatalf("%v is neither an account nor a heading", r)
		}
		addUp(t, r.Rows)
	}
}

// TestProfitAndLossProperty holds two periods that meet to add up to the whole.
func TestProfitAndLossProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chart, lines := drawBooks(t)
		start := drawDay(t)
		middle := start.AddDays(rapid.IntRange(0, 400).Draw(t, "first"))
		end := middle.AddDays(rapid.IntRange(1, 400).Draw(t, "second"))
		of := func(start, end calendar.Date) *pb.ProfitAndLoss {
			got := profitAndLoss(sum(chart, lines, during(start, end)))
			addUp(t, got.Rows)
			return got
		}
		whole, first, second := of(start, end), of(start, middle), of(middle.AddDays(1), end)
		for name, figure := range map[string]func(*pb.ProfitAndLoss) *typepb.Money{
			"income": (*pb.ProfitAndLoss).GetTotalIncome, "cost": (*pb.ProfitAndLoss).GetTotalCostOfSales,
			"gross profit": (*pb.ProfitAndLoss).GetGrossProfit, "expenses": (*pb.ProfitAndLoss).GetTotalExpenses, "net": (*pb.ProfitAndLoss).GetNetIncome,
		} {
			if minorOf(figure(whole)) != minorOf(figure(first))+minorOf(figure(second)) {
				t.Fatalf("%s: %v is not %v and %v", name, figure(whole), figure(first), figure(second))
			}
		}
	})
}

// TestCashFlowProperty holds the activities to add up to the change in the cash
// accounts, whatever was posted.
func TestCashFlowProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		chart, lines := drawBooks(t)
		sections := rapid.SampledFrom([]pb.Account_CashFlowSection{pb.Account_CASH_AND_EQUIVALENTS, pb.Account_OPERATING, pb.Account_INVESTING, pb.Account_FINANCING})
		for i := range chart {
			chart[i].CashFlowSection = sections.Draw(t, "section").String()
			if chart[i].isResult() {
				chart[i].CashFlowSection = pb.Account_OPERATING.String()
			}
		}
		start := drawDay(t)
		end := start.AddDays(rapid.IntRange(0, 400).Draw(t, "days"))
		s := sum(chart, lines, during(start, end))
		opening := cashOf(sum(chart, lines, during(zeroDate, start.AddDays(-1))).all, 1)
		closing := cashOf(sum(chart, lines, during(zeroDate, end)).all, 1)
		got := cashFlow(s, s.indirect(s.none()), cashHeld{opening: opening, closing: closing}, s.none())
		if minorOf(got.ClosingCash) != closing[0] {
			t.Fatalf("closing cash is %v, the accounts hold %d", got.ClosingCash, closing[0])
		}
		addUp(t, got.Rows)
	})
}

func TestCompared(t *testing.T) {
	for name, c := range map[string]struct {
		start, end string
		how        pb.Compare
		count      int
		want       []string
	}{
		"nothing":               {"2026-03-01", "2026-03-31", 0, 1, []string{"2026-03-01 – 2026-03-31"}},
		"months before":         {"2026-03-01", "2026-03-31", pb.Compare_PREVIOUS_PERIOD, 2, []string{"2026-03-01 – 2026-03-31", "2026-02-01 – 2026-02-28", "2026-01-01 – 2026-01-31"}},
		"quarters before":       {"2026-01-01", "2026-03-31", pb.Compare_PREVIOUS_PERIOD, 1, []string{"2026-01-01 – 2026-03-31", "2025-10-01 – 2025-12-31"}},
		"days before":           {"2026-03-05", "2026-03-14", pb.Compare_PREVIOUS_PERIOD, 1, []string{"2026-03-05 – 2026-03-14", "2026-02-23 – 2026-03-04"}},
		"years before":          {"2025-02-01", "2025-02-28", pb.Compare_PREVIOUS_YEAR, 1, []string{"2025-02-01 – 2025-02-28", "2024-02-01 – 2024-02-29"}},
		"dates before":          {"", "2026-03-31", pb.Compare_PREVIOUS_PERIOD, 1, []string{"2026-03-31", "2026-02-28"}},
		"a date of years ago":   {"", "2028-02-29", pb.Compare_PREVIOUS_YEAR, 1, []string{"2028-02-29", "2027-02-28"}},
		"months of a period":    {"2026-01-15", "2026-03-10", pb.Compare_MONTHS, 1, []string{"2026-01-15 – 2026-01-31", "2026-02-01 – 2026-02-28", "2026-03-01 – 2026-03-10"}},
		"ends of twelve months": {"", "2026-02-10", pb.Compare_MONTHS, 1, []string{"2025-03-31", "2025-04-30", "2025-05-31", "2025-06-30", "2025-07-31", "2025-08-31", "2025-09-30", "2025-10-31", "2025-11-30", "2025-12-31", "2026-01-31", "2026-02-10"}},
	} {
		t.Run(name, func(t *testing.T) {
			first := column{period: period{end: day(t, c.end)}}
			if c.start != "" {
				first.start = day(t, c.start)
			}
			columns, err := compared(first, c.how, c.count)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, column := range columns {
				got = append(got, column.period.String())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q", got)
			}
		})
	}
	if _, err := compared(during(day(t, "2020-01-01"), day(t, "2026-01-01")), pb.Compare_MONTHS, 1); err == nil {
		t.Error("more columns than there may be")
	}
}

// TestWholeMonthsProperty holds the months that are taken whole to lie in the period
// and the days beside them to be fewer than two months'.
func TestWholeMonthsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := drawDay(t)
		end := start.AddDays(rapid.IntRange(0, 100).Draw(t, "days"))
		first, last := wholeMonths(start, end)
		from, to := day(t, first), day(t, last).LastOfMonth()
		if from.Before(start) || from.Day() != 1 || start.DaysUntil(from) > 31 {
			t.Fatalf("%s to %s begins at %s", start, end, from)
		}
		if first <= last && (to.After(end) || to.DaysUntil(end) > 31) {
			t.Fatalf("%s to %s ends at %s", start, end, to)
		}
		if first > last && start.DaysUntil(end) > 62 {
			t.Fatalf("%s to %s has no whole month", start, end)
		}
	})
}
