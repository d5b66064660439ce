package reports

import (
	"fmt"
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

// sum is what balances.sql answers, of lines in memory.
func sum(chart []balance, lines []posted, p period) []balance {
	out := append([]balance(nil), chart...)
	for _, l := range lines {
		if !l.date.After(p.end) && (p.start.IsZero() || !l.date.Before(p.start)) {
			out[l.account].Minor += l.minor
			out[l.account].Moved = true
		}
	}
	return out
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
	p := period{start: day(t, "2026-11-01"), end: day(t, "2026-11-30")}
	got := profitAndLoss("USD", p, sum(small(), month(t), p))
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
	upTo := period{end: day(t, "2026-11-30")}
	thisYear := period{start: day(t, "2026-01-01"), end: upTo.end}
	got := balanceSheet("USD", upTo, sum(small(), month(t), upTo), sum(small(), month(t), thisYear))
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
	upTo := period{end: day(t, "2026-01-05")}
	got := trialBalance("JPY", upTo, sum(small(), month(t), upTo))
	want := "Account 0 60000 0 *\nAccount 2 0 50000 *\nAccount 3 0 10000 *\n"
	if rows := text(got.Rows, ""); rows != want || got.TotalDebit.Amount != "60000" || got.TotalCredit.Amount != "60000" {
		t.Errorf("got %s\n%v", rows, got)
	}
}

func TestNothingPosted(t *testing.T) {
	p := period{end: day(t, "2026-01-05")}
	if got := text(balanceSheet("USD", p, small(), small()).Rows, ""); strings.Contains(got, "Account") || !strings.Contains(got, "Assets 0.00") {
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
		upTo := period{end: drawDay(t)}
		start, _ := calendar.FiscalYear(upTo.end, 7)
		all := sum(chart, lines, upTo)
		sheet := balanceSheet("USD", upTo, all, sum(chart, lines, period{start: start, end: upTo.end}))
		if minorOf(sheet.TotalAssets) != minorOf(sheet.TotalLiabilities)+minorOf(sheet.TotalEquity) {
			t.Fatalf("%v is not %v and %v", sheet.TotalAssets, sheet.TotalLiabilities, sheet.TotalEquity)
		}
		addUp(t, sheet.Rows)
		trial := trialBalance("USD", upTo, all)
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
			p := period{start: start, end: end}
			got := profitAndLoss("USD", p, sum(chart, lines, p))
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
