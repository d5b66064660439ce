package csvfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"backoffice/internal/finance/banking/statement"
)

// TestBalancesAreFollowed follows balances in both directions of time, over rows that lack one.
func TestBalancesAreFollowed(t *testing.T) {
	t.Parallel()
	balance := func(amount, balance int64, isKnown bool) rowBalance {
		return rowBalance{textLine: int(balance), amount: amount, balance: balance, isKnown: isKnown}
	}
	forward := []rowBalance{balance(1, 11, true), balance(2, 13, true), balance(-3, 10, true)}
	for name, c := range map[string]struct {
		balances   []rowBalance
		problems   map[int]bool
		isBackward bool
		isOpposite bool
		want       balanceChain
	}{
		"forward":         {forward, nil, false, false, balanceChain{links: 2}},
		"backward breaks": {forward, nil, true, false, balanceChain{isBackward: true, links: 2, breaks: 2, firstBreak: 13}},
		"opposite breaks": {forward, nil, false, true, balanceChain{isOpposite: true, links: 2, breaks: 2, firstBreak: 13}},
		"a problem":       {forward, map[int]bool{1: true}, false, false, balanceChain{links: 1}},
		"a later break": {
			[]rowBalance{balance(1, 11, true), balance(2, 13, true), balance(5, 10, true)}, nil, false, false,
			balanceChain{links: 2, breaks: 1, firstBreak: 10},
		},
		"unknown first": {
			[]rowBalance{balance(1, 11, false), balance(2, 13, true), balance(-3, 10, true)}, nil, false, false,
			balanceChain{links: 1},
		},
		"unknown last": {
			[]rowBalance{balance(1, 11, true), balance(2, 13, true), balance(-3, 10, false)}, nil, false, false,
			balanceChain{links: 1},
		},
		"unknown in the middle": {
			[]rowBalance{
				balance(1, 11, true), balance(2, 99, false), balance(-3, 10, true), balance(1, 11, true),
			}, nil, false, false, balanceChain{links: 1},
		},
	} {
		if got := followBalances(c.balances, c.problems, c.isBackward, c.isOpposite); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

// TestBalancesGiveOpeningAndClosing finds the opening and the closing balance in either direction
// of time, in files that could be read in both, and beside rows that cannot be read.
func TestBalancesGiveOpeningAndClosing(t *testing.T) {
	t.Parallel()
	const header = "Balance,Date,Amount\n"
	for name, c := range map[string]struct {
		rows  string
		check BalanceCheck
		want  [2]int64 // zero if there are none
	}{
		"forward":      {"105.00,2026-01-05,5.00\n100.00,2026-01-06,-5.00\n", BalancesConsistent, [2]int64{10000, 10000}},
		"newest first": {"105.00,2026-01-06,5.00\n100.00,2026-01-05,-5.00\n", BalancesConsistent, [2]int64{10500, 10500}},
		"backward":     {"107.00,2026-01-06,5.00\n102.00,2026-01-05,-5.00\n", BalancesConsistent, [2]int64{10700, 10700}},
		"zeros":        {"9.00,2026-01-05,0.00\n9.00,2026-01-06,0.00\n", BalancesConsistent, [2]int64{900, 900}},
		"one row":      {"9.00,2026-01-05,1.00\n", BalancesUnchecked, [2]int64{800, 900}},
		"unknown":      {"x,2026-01-05,1.00\n", BalancesUnchecked, [2]int64{}},
		"opposite":     {"9.00,2026-01-05,1.00\n7.00,2026-01-06,2.00\n", BalancesOpposite, [2]int64{}},
		"contradicted": {"9.00,2026-01-05,1.00\n20.00,2026-01-06,2.00\n", BalancesContradicted, [2]int64{}},
		"unreadable first": {
			"7.00,2026-01-04,x\n8.00,2026-01-05,1.00\n10.00,2026-01-06,2.00\n", BalancesConsistent, [2]int64{700, 1000},
		},
		"unreadable between": {
			"8.00,2026-01-05,1.00\n13.00,2026-01-06,x\n15.00,2026-01-07,2.00\n", BalancesUnchecked, [2]int64{},
		},
		"unreadable last": {
			"8.00,2026-01-05,1.00\n10.00,2026-01-06,2.00\n15.00,2026-01-07,x\n", BalancesConsistent, [2]int64{700, 1000},
		},
		"a balance is missing": {
			"8.00,2026-01-05,1.00\n,2026-01-06,2.00\n13.00,2026-01-07,3.00\n", BalancesUnchecked, [2]int64{},
		},
	} {
		file := readText(t, header+c.rows)
		s := file.Statements[0]
		var got [2]int64
		if s.OpeningBalance != nil {
			got = [2]int64{s.OpeningBalance.Amount, s.LedgerBalance.Amount}
		}
		if got != c.want || file.Layout.BalanceCheck != c.check {
			t.Errorf("%s: got %v, %q, want %v, %q", name, got, file.Layout.BalanceCheck, c.want, c.check)
		}
	}
}

// TestConsistentBalancesShowTheSign reports the sign as shown if nothing else says it.
func TestConsistentBalancesShowTheSign(t *testing.T) {
	t.Parallel()
	const content = "Date,Amount,Balance\n2026-01-05,1.00,9.00\n2026-01-06,2.00,11.00\n"
	for want, layout := range map[Basis]Layout{Shown: {}, Told: {IsTold: true}} {
		file := checkAmounts(t, string(want), content, Options{Layout: layout}, []int64{100, 200})
		if file.Layout.SignBasis != want {
			t.Errorf("got %q, want %q", file.Layout.SignBasis, want)
		}
	}
	opposite := Layout{IsTold: true, MoneyOutPositive: true}
	file := checkAmounts(t, "owed", content, Options{Layout: opposite}, []int64{-100, -200})
	if file.Layout.BalanceCheck != BalancesConsistent || len(file.Warnings) != 0 ||
		file.Statements[0].OpeningBalance != nil {
		t.Errorf("what is owed: got %+v, %q", file.Layout, file.Warnings)
	}
	const row = "Date,Amount,Balance\n2026-01-05,1.00,9.00\n"
	file = checkAmounts(t, "owed, one row", row, Options{Layout: opposite}, []int64{-100})
	if file.Statements[0].OpeningBalance != nil {
		t.Errorf("what is owed after one row: got %+v", file.Statements[0])
	}
}

// TestPeriodOfLines reads lines that are not sorted by date, and rows that are left out.
func TestPeriodOfLines(t *testing.T) {
	t.Parallel()
	file := readText(t, "Date,Amount,Status\n2026-01-06,1.00,Posted\n2026-01-05,1.00,Posted\n2026-01-08,1.00,Posted\n"+
		"2026-01-07,1.00,Posted\n2026-01-01,1.00,Pending\n2026-01-02,1.00,Pending\n2026-01-02,1.00,Declined\n")
	s := file.Statements[0]
	if s.From != day(t, "2026-01-05") || s.To != day(t, "2026-01-08") || file.Layout.LeftOutRows != 3 {
		t.Errorf("got %s to %s, and %d rows left out", s.From, s.To, file.Layout.LeftOutRows)
	}
	if want := []string{
		"No amount in the file is negative. All are read as money in.",
		"Rows left out: 1, not booked (Declined).", "Rows left out: 2, not booked (Pending).",
	}; !slices.Equal(file.Warnings, want) {
		t.Errorf("got %q, want %q", file.Warnings, want)
	}
}

// TestProblemsAreLimited reads a file with the largest number of problems, and one with more.
func TestProblemsAreLimited(t *testing.T) {
	t.Parallel()
	for problems, want := range map[int]error{statement.MaxProblems: nil, statement.MaxProblems + 1: statement.ErrLimit} {
		content := "Date,Amount\n" + strings.Repeat("2026-01-05,x\n", problems) + "2026-01-05,1.00\n"
		if _, err := Read(t.Context(), []byte(content), Options{CurrencyCode: "USD"}); !errors.Is(err, want) {
			t.Errorf("%d problems: got %v, want %v", problems, err, want)
		}
	}
	var rows strings.Builder
	rows.WriteString("Date,Amount,Status\n2026-01-05,1.00,Posted\n")
	for n := range 12 {
		fmt.Fprintf(&rows, "2026-01-05,1.00,pending %c\n", 'a'+n)
	}
	layout := Layout{Columns: Columns{StatusColumn: {"Status"}}, LeftOutWords: []string{}}
	for n := range 12 {
		layout.LeftOutWords = append(layout.LeftOutWords, fmt.Sprintf("pending %c", 'a'+n))
	}
	file := checkAmounts(t, "many reasons", rows.String(), Options{Layout: layout}, []int64{100})
	if n := len(file.Warnings); n < 11 || file.Warnings[n-1] != "Rows were left out for 2 other reasons." {
		t.Errorf("got %q", file.Warnings)
	}
}
