package reports

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
)

// posted is a posted line in memory.
type posted struct {
	account int
	date    calendar.Date
	minor   int64
}

// sum returns what balances would read from lines in memory.
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
	return statement{currency: "USD", columns: columns, balances: out}
}

func columnOver(start, end calendar.Date) column {
	return column{period: period{start, end}, label: onlyColumn}
}

func account(n int, t pb.Account_Type, s pb.Account_Subtype, parent int) balance {
	b := balance{
		ID: testUUID(n), Code: fmt.Sprint(1000 + n), DisplayName: fmt.Sprint("Account ", n), Type: t.String(),
		Subtype: s.String(),
	}
	if parent >= 0 {
		b.ParentAccountID = uuid.NullUUID{UUID: testUUID(parent), Valid: true}
	}
	return b
}

func testUUID(n int) uuid.UUID { return uuid.UUID{15: byte(n + 1)} }

func day(t interface{ Fatal(...any) }, text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// renderRows renders a tree of rows as text for comparison.
func renderRows(rows []*pb.ReportRow, indent string) string {
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
		fmt.Fprintf(&out, "%s%s %s%s\n%s", indent, r.Label, strings.Join(amounts, " "), kind,
			renderRows(r.Rows, indent+"  "))
	}
	return out.String()
}

// nestedChart returns a chart in which accounts have children.
func nestedChart() []balance {
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

// novemberLines returns a small company's lines of a November and of the year before.
func novemberLines(t *testing.T) []posted {
	var lines []posted
	for _, e := range []struct {
		date          string
		debit, credit int
		minor         int64
	}{
		{"2025-12-31", 0, 3, 10_000}, {"2026-01-05", 0, 2, 50_000}, {"2026-02-01", 0, 1, 20_000},
		{"2026-11-02", 0, 3, 30_000}, {"2026-11-03", 0, 4, 5_000}, {"2026-11-04", 0, 5, 700},
		{"2026-11-05", 6, 0, 8_000}, {"2026-11-06", 8, 0, 4_000}, {"2026-11-07", 9, 0, 300},
		{"2026-11-08", 8, 0, 1_000},
		{"2026-12-01", 7, 0, 2_500},
	} {
		lines = append(lines, posted{e.debit, day(t, e.date), e.minor}, posted{e.credit, day(t, e.date), -e.minor})
	}
	return lines
}

func TestProfitAndLoss(t *testing.T) {
	got := profitAndLoss(sum(nestedChart(), novemberLines(t), columnOver(day(t, "2026-11-01"), day(t, "2026-11-30"))))
	want := `Sales 350.00
  Account 3 350.00
    Account 3 300.00 *
    Account 4 50.00 *
Cost of sales 80.00
  Account 6 80.00 *
Gross profit 270.00
Operating expenses 50.00
  Account 7 50.00
    Account 8 50.00 *
Operating profit 220.00
Other income 7.00
  Account 5 7.00 *
Interest 3.00
  Account 9 3.00 *
Profit before tax 224.00
Net income 224.00
`
	if rows := renderRows(got.Rows, ""); rows != want {
		t.Errorf("got\n%s\nwant\n%s", rows, want)
	}
	if got.TotalIncome.Amount != "357.00" || got.GrossProfit.Amount != "270.00" ||
		got.TotalExpenses.Amount != "53.00" || got.OperatingProfit.Amount != "220.00" ||
		got.ProfitBeforeTax.Amount != "224.00" || got.GrossMargin != "77.14" || got.NetIncome.Amount != "224.00" {
		t.Errorf("got totals %v", got)
	}
	filter := got.Rows[1].Rows[0].DrillFilter
	if want := fmt.Sprintf(`account_id = %q AND date >= "2026-11-01" AND date <= "2026-11-30"`,
		got.Rows[1].Rows[0].AccountId); filter != want {
		t.Errorf("filter: got %s, want %s", filter, want)
	}
}

func TestBalanceSheet(t *testing.T) {
	end := day(t, "2026-11-30")
	thisYear := sum(nestedChart(), novemberLines(t), columnOver(day(t, "2026-01-01"), end))
	got := balanceSheet(sum(nestedChart(), novemberLines(t), columnOver(zeroDate, end)), thisYear.earnings(), nil)
	want := `Assets 1024.00
  Current assets 1024.00
    Account 0 1024.00 *
  Non-current assets 0.00
Liabilities 200.00
  Current liabilities 0.00
  Non-current liabilities 200.00
    Account 1 200.00 *
Equity 824.00
  Account 2 500.00 *
  Prior-year earnings 100.00
  Current-year earnings 224.00
Total liabilities and equity 1024.00
Net assets 824.00
`
	if rows := renderRows(got.Rows, ""); rows != want {
		t.Errorf("got\n%s\nwant\n%s", rows, want)
	}
	if got.PriorEarnings.Amount != "100.00" || got.CurrentEarnings.Amount != "224.00" {
		t.Errorf("got prior earnings %v and current earnings %v", got.PriorEarnings, got.CurrentEarnings)
	}
}

func TestTrialBalance(t *testing.T) {
	inYen := sum(nestedChart(), novemberLines(t), columnOver(zeroDate, day(t, "2026-01-05")))
	inYen.currency = "JPY"
	got := trialBalance(inYen, nil)
	want := "Account 0 60000 0 *\nAccount 2 0 50000 *\nAccount 3 0 10000 *\n"
	if rows := renderRows(got.Rows, ""); rows != want || got.TotalDebit.Amount != "60000" ||
		got.TotalCredit.Amount != "60000" {
		t.Errorf("got %s\n%v", rows, got)
	}
}

func TestReportsOfEmptyBooks(t *testing.T) {
	nothing := sum(nestedChart(), nil, columnOver(zeroDate, day(t, "2026-01-05")))
	if got := renderRows(balanceSheet(nothing, nothing.earnings(), nil).Rows, ""); strings.Contains(got, "Account") ||
		!strings.Contains(got, "Assets 0.00") {
		t.Errorf("got\n%s", got)
	}
}

func TestComparisonColumns(t *testing.T) {
	for name, c := range map[string]struct {
		start, end string
		how        pb.Compare
		count      int
		want       []string
	}{
		"nothing": {"2026-03-01", "2026-03-31", 0, 1, []string{"2026-03-01 – 2026-03-31"}},
		"months before": {"2026-03-01", "2026-03-31", pb.Compare_PREVIOUS_PERIOD, 2, []string{
			"2026-01-01 – 2026-01-31", "2026-02-01 – 2026-02-28", "2026-03-01 – 2026-03-31",
		}},
		"quarters before": {"2026-01-01", "2026-03-31", pb.Compare_PREVIOUS_PERIOD, 1, []string{
			"2025-10-01 – 2025-12-31", "2026-01-01 – 2026-03-31",
		}},
		"days before": {"2026-03-05", "2026-03-14", pb.Compare_PREVIOUS_PERIOD, 1, []string{
			"2026-02-23 – 2026-03-04", "2026-03-05 – 2026-03-14",
		}},
		"years before": {"2025-02-01", "2025-02-28", pb.Compare_PREVIOUS_YEAR, 1, []string{
			"2024-02-01 – 2024-02-29", "2025-02-01 – 2025-02-28",
		}},
		"dates before": {"", "2026-03-31", pb.Compare_PREVIOUS_PERIOD, 1, []string{
			"2026-02-28", "2026-03-31",
		}},
		"a date of years ago": {"", "2028-02-29", pb.Compare_PREVIOUS_YEAR, 1, []string{"2027-02-28", "2028-02-29"}},
		"months of a period": {"2026-01-15", "2026-03-10", pb.Compare_MONTHS, 1, []string{
			"2026-01-15 – 2026-01-31", "2026-02-01 – 2026-02-28", "2026-03-01 – 2026-03-10", "2026-01-15 – 2026-03-10",
		}},
		"ends of twelve months": {
			"", "2026-02-10", pb.Compare_MONTHS, 1,
			[]string{
				"2025-03-31", "2025-04-30", "2025-05-31", "2025-06-30", "2025-07-31", "2025-08-31", "2025-09-30",
				"2025-10-31", "2025-11-30", "2025-12-31", "2026-01-31", "2026-02-10",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			first := column{period: period{end: day(t, c.end)}}
			if c.start != "" {
				first.start = day(t, c.start)
			}
			columns, err := comparisonColumns(first, c.how, c.count)
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
			if asked := columns[(statement{columns: columns}).asked()]; asked.period != first.period {
				t.Errorf("got asked column %v, want %v", asked.period, first.period)
			}
		})
	}
	if _, err := comparisonColumns(columnOver(day(t, "2020-01-01"), day(t, "2026-01-01")), pb.Compare_MONTHS,
		1); err == nil {
		t.Error("got no error for more than the maximum number of columns")
	}
}
