package presentation

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/paper"
)

// usd returns amounts in US dollars.
func usd(amounts ...string) (out []*typepb.Money) {
	for _, a := range amounts {
		out = append(out, &typepb.Money{Amount: a, CurrencyCode: "USD"})
	}
	return out
}

// describe returns the rows of a table, one line each: level, kind, cells and the rows that it adds
// up.
func describe(t paper.Table) string {
	var lines []string
	for _, r := range t.Rows {
		line := fmt.Sprintf("%d%s %s", r.Level, []string{"", "H", "S", "T"}[r.Kind], strings.Join(r.Cells, "|"))
		if len(r.Adds) > 0 {
			line += fmt.Sprint(" ", r.Adds)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func check(t *testing.T, got, want string) {
	t.Helper()
	if got != strings.TrimSpace(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// profitRows returns the rows of a profit and loss with a nested account and an account without
// amounts.
func profitRows() []*pb.ReportRow {
	account := func(label, code, amount string) *pb.ReportRow {
		return &pb.ReportRow{
			Kind: pb.ReportRow_ACCOUNT, Label: label, AccountCode: code, AccountId: "acc_" + code, Amounts: usd(amount),
		}
	}
	return []*pb.ReportRow{
		{Kind: pb.ReportRow_SECTION, Label: "Cost of sales", Amounts: usd("0.00"), Rows: []*pb.ReportRow{
			account("Freight", "5100", "0.00"),
		}},
		{Kind: pb.ReportRow_SECTION, Label: "Operating expenses", Amounts: usd("9.00"), Rows: []*pb.ReportRow{
			account("Rent", "6100", "4.00"), account("Travel", "6400", "0.00"),
			{Kind: pb.ReportRow_SUBTOTAL, Label: "IT", Amounts: usd("5.00"), Rows: []*pb.ReportRow{
				account("IT", "6200", "3.00"), account("Software", "6210", "2.00"),
			}},
		}},
		{Kind: pb.ReportRow_SUBTOTAL, Label: "Operating profit", Amounts: usd("-9.00")},
		{Kind: pb.ReportRow_TOTAL, Label: "Net income", Amounts: usd("-9.00")},
	}
}

// TestAmountsThatEndAStatementAreTotals lays out a balance sheet and a cash-flow statement. Total
// assets and the cash at the end are totals, and what leads to them is not.
func TestAmountsThatEndAStatementAreTotals(t *testing.T) {
	t.Parallel()
	l := Layout{Locale: paper.NewLocale("US")}
	section := func(key, label string) *pb.ReportRow {
		return &pb.ReportRow{Kind: pb.ReportRow_SECTION, Key: key, Label: label, Amounts: usd("5.00"), Rows: []*pb.ReportRow{
			{Kind: pb.ReportRow_ACCOUNT, Label: "Cash", Amounts: usd("5.00")},
		}}
	}
	total := func(key, label string) *pb.ReportRow {
		return &pb.ReportRow{Kind: pb.ReportRow_TOTAL, Key: key, Label: label, Amounts: usd("5.00")}
	}
	sheet := l.BalanceSheet(&pb.BalanceSheet{Rows: []*pb.ReportRow{
		section("assets", "Assets"), section("equity", "Equity"), total("financing", "Total liabilities and equity"),
	}})
	check(t, describe(sheet), "0H Assets|\n1 Cash||5.00\n0T Total assets||5.00 [1]\n0H Equity|\n1 Cash||5.00\n"+
		"0S Total equity||5.00 [4]\n0T Total liabilities and equity||5.00")
	flow := l.CashFlow(&pb.CashFlowStatement{Rows: []*pb.ReportRow{
		total("netChange", "Change in cash"), total("closingCash", "Cash at the end"),
	}})
	check(t, describe(flow), "0S Change in cash||5.00\n0T Cash at the end||5.00")
}

// TestZeroRowsAreLeftOut lays out a statement. Accounts and sections without amounts are left out
// unless they are requested, and each total names the rows that it adds up.
func TestZeroRowsAreLeftOut(t *testing.T) {
	t.Parallel()
	columns := []*pb.ReportColumn{{Label: "amount", StartDate: "2026-01-01", EndDate: "2026-03-31"}}
	l := Layout{Locale: paper.NewLocale("US")}
	check(t, describe(l.Statement(columns, profitRows())), `
0H Operating expenses||
1 Rent|6100|4.00
1H IT||
2 IT|6200|3.00
2 Software|6210|2.00
1S Total IT||5.00 [3 4]
0S Total operating expenses||9.00 [1 5]
0S Operating profit||-9.00
0T Net income||-9.00`)
	l.IncludeZeroRows = true
	all := describe(l.Statement(columns, profitRows()))
	for _, want := range []string{"1 Freight|5100|0.00", "0S Total cost of sales||0.00 [1]", "1 Travel|6400|0.00"} {
		if !strings.Contains(all, want) {
			t.Errorf("got\n%s\nwant %s in it", all, want)
		}
	}
}

// TestEmptyReportSaysSo lays out reports without entries.
func TestEmptyReportSaysSo(t *testing.T) {
	t.Parallel()
	l := Layout{}
	rows := []*pb.ReportRow{{Kind: pb.ReportRow_TOTAL, Label: "Net income", Amounts: usd("0.00")}}
	ledger, err := l.GeneralLedger(nil, errors.New("out of range"))
	if err != nil {
		t.Fatal(err)
	}
	journal := NewJournal()
	AddJournalTotal(&journal, "0.00")
	for name, table := range map[string]paper.Table{
		"profit":        l.Statement([]*pb.ReportColumn{{}}, rows),
		"trial":         l.TrialBalance(&pb.TrialBalance{Totals: usd("0.00", "0.00")}),
		"balance sheet": l.BalanceSheet(&pb.BalanceSheet{Rows: rows}), "ledger": ledger, "journal": journal,
		"accounts": l.AccountBalances(&pb.AccountBalances{}), "realized": l.RealizedGains(&pb.RealizedGains{}),
		"unrealized": l.UnrealizedGains(&pb.UnrealizedGains{}, nil),
		"changes":    l.ChangesSinceClose(&pb.ChangesSinceClose{}, nil),
	} {
		if len(table.Rows) > 0 || !strings.HasPrefix(table.Empty, "No ") {
			t.Errorf("%s: got %d rows and %q", name, len(table.Rows), table.Empty)
		}
	}
}

// TestColumnsAreLabeledWithDates checks the labels of columns: dates as they are written, names as
// they are.
func TestColumnsAreLabeledWithDates(t *testing.T) {
	t.Parallel()
	l := Layout{Locale: paper.NewLocale("US")}
	for _, c := range []struct {
		column *pb.ReportColumn
		want   string
	}{
		{&pb.ReportColumn{Label: "amount", AsOf: "2026-10-31"}, "Oct 31, 2026"},
		{&pb.ReportColumn{Label: "2026-03", StartDate: "2026-03-01", EndDate: "2026-03-31"}, "Mar 2026"},
		{&pb.ReportColumn{Label: "2026-03-31 debit", AsOf: "2026-03-31"}, "Mar 31, 2026 Debit"},
		{&pb.ReportColumn{Label: "credit", AsOf: "2026-03-31"}, "Credit"},
		{&pb.ReportColumn{Label: "opening debit", AsOf: "2026-03-31"}, "Opening Debit"},
		{&pb.ReportColumn{Label: "Year to date", StartDate: "2026-01-01", EndDate: "2026-03-31"}, "Year to Date"},
		{&pb.ReportColumn{Label: "Total", AsOf: "2026-03-31"}, "Total"},
		{&pb.ReportColumn{Label: "team to debit", AsOf: "2026-03-31", DimensionValueId: "dmv_1"}, "team to debit"},
	} {
		if got := l.columnLabel(c.column); got != c.want {
			t.Errorf("%v: got %q, want %q", c.column, got, c.want)
		}
	}
}

// TestTrialBalanceLeavesEmptySidesBlank checks both sides of accounts, of which one may be all
// zero.
func TestTrialBalanceLeavesEmptySidesBlank(t *testing.T) {
	t.Parallel()
	r := &pb.TrialBalance{
		Columns: []*pb.ReportColumn{{Label: "debit"}, {Label: "credit"}}, Totals: usd("5.00", "5.00"),
		Rows: []*pb.ReportRow{
			{Label: "Cash", AccountCode: "1", Amounts: usd("5.00", "0.00")}, {Label: "None", Amounts: usd("0.00", "0.00")},
			{Label: "Sales", AccountCode: "4", Amounts: usd("0.00", "5.00")},
		},
	}
	check(t, describe(Layout{}.TrialBalance(r)), "0 Cash|1|5.00|\n0 Sales|4||5.00\n0T Total||5.00|5.00 [0 1]")
	check(t, describe(Layout{IncludeZeroRows: true}.TrialBalance(r)),
		"0 Cash|1|5.00|\n0 None||0.00|\n0 Sales|4||5.00\n0T Total||5.00|5.00 [0 1 2]")
}

// ledgerLines returns the lines of an account.
func ledgerLines(account string, debits ...string) []*pb.GeneralLedgerLine {
	line := func(kind pb.GeneralLedgerLine_Kind) *pb.GeneralLedgerLine {
		return &pb.GeneralLedgerLine{
			Kind: kind, AccountId: account, AccountCode: account, AccountDisplayName: "Cash", Balance: usd("9.00")[0],
		}
	}
	out := []*pb.GeneralLedgerLine{line(pb.GeneralLedgerLine_OPENING_BALANCE)}
	for _, d := range debits {
		next := line(pb.GeneralLedgerLine_POSTED_LINE)
		next.Date, next.Description, next.Memo, next.Debit = "2026-01-02", "Sale", "cash", usd(d)[0]
		out = append(out, next)
	}
	return append(out, line(pb.GeneralLedgerLine_CLOSING_BALANCE))
}

// TestLedgerIsGroupedWithTotals checks that each account has its opening balance, its lines, their
// totals and its closing balance.
func TestLedgerIsGroupedWithTotals(t *testing.T) {
	t.Parallel()
	table, err := Layout{}.GeneralLedger(append(ledgerLines("1000", "2.00", "3.50"), ledgerLines("1010")...), nil)
	if err != nil || !table.Columns[0].Group {
		t.Fatalf("got %v, %v", table.Columns, err)
	}
	check(t, describe(table), `
0 1000 Cash||Opening balance||||9.00
0 1000 Cash|2026-01-02|Sale: cash||2.00||9.00
0 1000 Cash|2026-01-02|Sale: cash||3.50||9.00
0S 1000 Cash||Total||5.50|0.00| [1 2]
0S 1000 Cash||Closing balance||||9.00
0 1010 Cash||Opening balance||||9.00
0S 1010 Cash||Closing balance||||9.00`)
	wanted := errors.New("out of range")
	large := slices.Repeat([]string{"10000000000000.00"}, 10_000)
	if _, err := (Layout{}).GeneralLedger(ledgerLines("1000", large...), wanted); !errors.Is(err, wanted) {
		t.Errorf("got %v, want %v", err, wanted)
	}
}

// TestBasisIsStated checks the notes of reports: basis, framework, currency, method, filters and
// time.
func TestBasisIsStated(t *testing.T) {
	t.Parallel()
	plain := Basis{Currency: "EUR", Base: "EUR"}
	check(t, strings.Join(plain.Notes(), "\n"), "Accrual basis. Amounts in EUR.")
	full := Basis{
		Framework: "IFRS", Currency: "USD", Base: "EUR", Method: "Direct", Filter: []string{"Place: Boston", "Project: Web"},
		Text: "rent", KnownAt: "March 1, 2026, 14:05:00",
	}
	check(t, strings.Join(full.Notes(), "\n"), `
Accrual basis, presented by IFRS. Amounts in USD, translated from EUR. Direct method.
Only lines with Place: Boston and Project: Web.
Only lines that contain “rent”.
Only entries posted by March 1, 2026, 14:05:00.`)
}
