package statement

import (
	"fmt"
	"math"
	"testing"
)

// TestPeriodOfStatement takes a period that the file does not give from the balances, or else the
// lines, or else today.
func TestPeriodOfStatement(t *testing.T) {
	t.Parallel()
	line := func(date string) Line { return Line{Date: day(t, date)} }
	lines := []Line{line("2026-01-07"), line("2026-01-05"), line("2026-01-09"), line("2026-01-08")}
	balance := func(date string) *Balance { return &Balance{Date: day(t, date)} }
	for name, c := range map[string]struct {
		s    Statement
		want string
	}{
		"given": {
			Statement{From: day(t, "2026-01-01"), To: day(t, "2026-01-31"), Lines: lines}, "2026-01-01 2026-01-31",
		},
		"balances": {
			Statement{OpeningBalance: balance("2026-01-02"), LedgerBalance: balance("2026-01-30"), Lines: lines},
			"2026-01-02 2026-01-30",
		},
		"given first day": {
			Statement{
				From: day(t, "2026-01-01"), OpeningBalance: balance("2026-01-02"), LedgerBalance: balance("2026-01-30"),
			}, "2026-01-01 2026-01-30",
		},
		"given last day": {
			Statement{To: day(t, "2026-01-31"), LedgerBalance: balance("2026-01-30"), Lines: lines}, "2026-01-05 2026-01-31",
		},
		"lines":            {Statement{Lines: lines}, "2026-01-05 2026-01-09"},
		"one line":         {Statement{Lines: lines[:1]}, "2026-01-07 2026-01-07"},
		"only a first day": {Statement{From: day(t, "2026-01-01")}, "2026-01-01 2026-01-01"},
		"only a last day":  {Statement{To: day(t, "2026-01-31")}, "2026-01-31 2026-01-31"},
		"nothing":          {Statement{}, "2026-02-01 2026-02-01"},
		"reversed":         {Statement{From: day(t, "2026-01-31"), To: day(t, "2026-01-01")}, "2026-01-01 2026-01-01"},
		"undated balances": {
			Statement{OpeningBalance: &Balance{}, LedgerBalance: &Balance{}, Lines: lines}, "2026-01-05 2026-01-09",
		},
	} {
		first, last := c.s.Period(day(t, "2026-02-01"))
		if got := fmt.Sprintf("%s %s", first, last); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// TestStatementAddsUp compares the opening balance plus the lines with the closing balance. The sum
// may exceed an int64.
func TestStatementAddsUp(t *testing.T) {
	t.Parallel()
	lines := []Line{{Amount: 5}, {Amount: -2}}
	for name, c := range map[string]struct {
		s    Statement
		want bool
	}{
		"adds up": {
			Statement{OpeningBalance: &Balance{Amount: 10}, LedgerBalance: &Balance{Amount: 13}, Lines: lines}, true,
		},
		"differs": {
			Statement{OpeningBalance: &Balance{Amount: 10}, LedgerBalance: &Balance{Amount: 14}, Lines: lines}, false,
		},
		"no opening": {Statement{LedgerBalance: &Balance{Amount: 3}, Lines: lines}, false},
		"no closing": {Statement{OpeningBalance: &Balance{Amount: -3}, Lines: lines}, false},
		"no lines":   {Statement{OpeningBalance: &Balance{Amount: 10}, LedgerBalance: &Balance{Amount: 10}}, true},
		"too large": {Statement{
			OpeningBalance: &Balance{Amount: math.MaxInt64}, LedgerBalance: &Balance{Amount: math.MinInt64},
			Lines: []Line{{Amount: 1}},
		}, false},
	} {
		if got := c.s.AddsUp(); got != c.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
