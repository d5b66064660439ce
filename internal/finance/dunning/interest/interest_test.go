package interest_test

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"backoffice/internal/finance/dunning/interest"
	"backoffice/internal/platform/calendar"
)

func date(t interface{ Fatal(...any) }, text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestInterestFollowsBalancesAndRates charges 1,000.00 over a change of the rate and a partial
// payment: (1000 × 10 + 600 × 20) × 10.15 % ÷ 365, and 600 × 11 × 12 % ÷ 365.
func TestInterestFollowsBalancesAndRates(t *testing.T) {
	t.Parallel()
	balances := []interest.Balance{{date(t, "2026-05-01"), 1000_00}, {date(t, "2026-06-11"), 600_00}}
	rates := interest.Merge(interest.RatesOf(interest.EUDirective),
		[]interest.Rate{{Start: date(t, "2026-07-01"), Percent: decimal.NewFromInt(12)}})
	spans, missing := interest.Spans(date(t, "2026-06-01"), date(t, "2026-07-11"), balances, rates)
	var days []int
	for _, s := range spans {
		days = append(days, s.Days())
	}
	if !slices.Equal(days, []int{10, 20, 11}) || len(missing) != 0 {
		t.Errorf("got spans of %v days without %v", days, missing)
	}
	// 22000 × 10.15 = 223300, 6600 × 12 = 79200; 302500 ÷ 36500 = 8.2877
	if got := interest.Sum(spans, 365); got != 8_29 {
		t.Errorf("got %d, want 829", got)
	}
	if got := interest.Sum(spans, 360); got != 8_40 {
		t.Errorf("got %d by 360 days, want 840", got)
	}
}

// TestDaysWithoutRateAreMissing names the days whose rate is unknown. Days on which nothing is open
// need none, and days after a gap are charged.
func TestDaysWithoutRateAreMissing(t *testing.T) {
	t.Parallel()
	start, end := date(t, "2026-12-22"), date(t, "2027-01-20")
	open := []interest.Balance{{date(t, "2026-01-01"), 100_00}}
	german := interest.RatesOf(interest.DECivilCode)
	for name, c := range map[string]struct {
		balances []interest.Balance
		rates    []interest.Rate
		days     []int
		missing  []interest.Range
	}{
		"after the last half-year": {open, german, []int{10}, []interest.Range{{date(t, "2027-01-01"), end}}},
		"paid at its end": {append(slices.Clone(open), interest.Balance{Since: date(t, "2027-01-01")}), german, []int{10},
			nil},
		"no rates": {open, nil, nil, []interest.Range{{start, end}}},
		"a gap": {open, interest.Merge(german, []interest.Rate{{Start: date(t, "2027-01-11"),
			Percent: decimal.NewFromInt(9)}}), []int{10, 10}, []interest.Range{{date(t, "2027-01-01"), date(t, "2027-01-10")}}},
		"a payment in the gap": {append(slices.Clone(open), interest.Balance{date(t, "2027-01-05"), 50_00}), german,
			[]int{10}, []interest.Range{{date(t, "2027-01-01"), date(t, "2027-01-04")}, {date(t, "2027-01-05"), end}}},
	} {
		spans, missing := interest.Spans(start, end, c.balances, c.rates)
		var days []int
		for _, s := range spans {
			days = append(days, s.Days())
		}
		if !slices.Equal(days, c.days) || !slices.Equal(missing, c.missing) {
			t.Errorf("%s: got spans of %v days without %v, want %v without %v", name, days, missing, c.days, c.missing)
		}
	}
	if spans, _ := interest.Spans(date(t, "2022-12-31"), date(t, "2022-12-31"), []interest.Balance{
		{date(t, "2022-01-01"), 1},
	}, interest.RatesOf(interest.GBLatePaymentAct)); len(spans) != 0 {
		t.Errorf("got %v before the first rate", spans)
	}
}

// TestBritishRateStaysForTheDebt charges 10,000.00 that were due on a day and not paid before
// another. SI 2002/1675, article 4, fixes the rate by the day on which interest starts to run; the
// German and the European one change by half-year.
func TestBritishRateStaysForTheDebt(t *testing.T) {
	t.Parallel()
	from2025 := []interest.Rate{{Start: date(t, "2025-01-01"), Percent: decimal.NewFromInt(6)}}
	from2027 := []interest.Rate{{Start: date(t, "2027-01-01"), Percent: decimal.NewFromInt(12)}}
	for _, c := range []struct {
		law      interest.Law
		others   []interest.Rate
		due, end string
		want     int64
		missing  bool
	}{
		// 13.25 % × 228 days. By half-year it would be 794.38.
		{interest.GBLatePaymentAct, nil, "2024-12-15", "2025-07-31", 827_67, false},
		// 11.5 % × 249 days, of which 184 are in a half-year with 13 %.
		{interest.GBLatePaymentAct, nil, "2023-06-26", "2024-03-01", 784_52, false},
		// Interest starts on the day after the due date: 31 December still has 13.25 %.
		{interest.GBLatePaymentAct, nil, "2024-12-30", "2025-01-30", 112_53, false},
		{interest.GBLatePaymentAct, nil, "2024-12-31", "2025-01-31", 108_29, false}, // 12.75 % × 31
		// 11.75 % × 45 days, also in a half-year that has no rate yet.
		{interest.GBLatePaymentAct, nil, "2026-12-01", "2027-01-15", 144_86, false},
		{interest.GBLatePaymentAct, nil, "2027-01-01", "2027-02-01", 0, true},
		// A rate that others add from a day applies to debts whose interest starts then or later.
		{interest.GBLatePaymentAct, from2027, "2026-12-01", "2027-01-15", 144_86, false},
		{interest.GBLatePaymentAct, from2027, "2027-01-01", "2027-02-01", 101_92, false}, // 12 % × 31
		{interest.GBLatePaymentAct, from2025, "2024-12-31", "2025-01-31", 50_96, false},  // 6 % × 31
		// 11.27 % × 16 days and 10.27 % × 31, 10.15 % × 10 days and 10.4 % × 10.
		{interest.DECivilCode, nil, "2025-06-14", "2025-07-31", 136_63, false},
		{interest.EUDirective, nil, "2026-06-20", "2026-07-10", 56_30, false},
	} {
		start := date(t, c.due).AddDays(1)
		spans, missing := interest.Spans(start, date(t, c.end), []interest.Balance{{date(t, c.due), 10_000_00}},
			interest.RatesOfDebt(c.law, c.others, start))
		if got := interest.Sum(spans, 365); got != c.want || (len(missing) != 0) != c.missing {
			t.Errorf("%s due %s until %s: got %d without %v, want %d", c.law, c.due, c.end, got, missing, c.want)
		}
	}
}

// TestUncoveredDays finds the days that no earlier notice charged.
func TestUncoveredDays(t *testing.T) {
	t.Parallel()
	span := func(start, end string) interest.Range { return interest.Range{date(t, start), date(t, end)} }
	january := span("2027-01-01", "2027-01-31")
	for name, c := range map[string]struct{ covered, want []interest.Range }{
		"none":      {nil, []interest.Range{january}},
		"all":       {[]interest.Range{span("2026-12-01", "2027-02-01")}, nil},
		"the first": {[]interest.Range{span("2027-01-01", "2027-01-10")}, []interest.Range{span("2027-01-11", "2027-01-31")}},
		"the last":  {[]interest.Range{span("2027-01-31", "2027-01-31")}, []interest.Range{span("2027-01-01", "2027-01-30")}},
		"before":    {[]interest.Range{span("2026-12-01", "2026-12-31")}, []interest.Range{january}},
		"after":     {[]interest.Range{span("2027-02-01", "2027-02-28")}, []interest.Range{january}},
		"unsorted two": {[]interest.Range{span("2027-01-20", "2027-01-24"), span("2027-01-01", "2027-01-09")},
			[]interest.Range{span("2027-01-10", "2027-01-19"), span("2027-01-25", "2027-01-31")}},
		"overlapping": {[]interest.Range{span("2027-01-05", "2027-01-20"), span("2027-01-10", "2027-01-12")},
			[]interest.Range{span("2027-01-01", "2027-01-04"), span("2027-01-21", "2027-01-31")}},
	} {
		if got := interest.Uncovered(january.Start, january.End, c.covered); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// TestStatutoryRates checks rates and fixed sums against their publications.
func TestStatutoryRates(t *testing.T) {
	t.Parallel()
	want := map[interest.Law][]string{
		interest.EUDirective:      {"10.5", "12", "12.5", "12.25", "11.15", "10.15", "10.15", "10.4"},
		interest.DECivilCode:      {"10.62", "12.12", "12.62", "12.37", "11.27", "10.27", "10.27", "10.52"},
		interest.GBLatePaymentAct: {"11.5", "13", "13.25", "13.25", "12.75", "12.25", "11.75", "11.75"},
	}
	got := map[interest.Law][]string{}
	for _, r := range interest.StatutoryRates() {
		got[r.Law] = append(got[r.Law], r.Percent.String())
		if r.Source == "" || !r.Start.Before(r.End) || !r.Base.LessThan(r.Percent) {
			t.Errorf("got %v", r)
		}
	}
	for law, percents := range want {
		if !slices.Equal(got[law], percents) {
			t.Errorf("%s: got %q, want %q", law, got[law], percents)
		}
	}
	for _, c := range []struct {
		law         interest.Law
		minor, want int64
		currency    string
	}{
		{interest.EUDirective, 1, 40_00, "EUR"}, {interest.DECivilCode, 1, 40_00, "EUR"},
		{interest.DECivilCode, 1, 0, "USD"}, {interest.GBLatePaymentAct, 1, 0, "EUR"},
		{interest.GBLatePaymentAct, 999_99, 40_00, "GBP"}, {interest.GBLatePaymentAct, 1_000_00, 70_00, "GBP"},
		{interest.GBLatePaymentAct, 9_999_99, 70_00, "GBP"}, {interest.GBLatePaymentAct, 10_000_00, 100_00, "GBP"},
		{"", 1, 0, "EUR"},
	} {
		if got := interest.FixedSum(c.law, c.minor, c.currency); got != c.want {
			t.Errorf("%s, %d %s: got %d, want %d", c.law, c.minor, c.currency, got, c.want)
		}
	}
}

// history is a random history of an invoice with rates.
type history struct {
	start    calendar.Date
	balances []interest.Balance
	rates    []interest.Rate
}

func drawHistory(t *rapid.T) history {
	h := history{start: date(t, "2025-01-01")}
	day, minor := h.start.AddDays(-10), rapid.Int64Range(1, 1_000_000_00).Draw(t, "amount")
	for range rapid.IntRange(1, 5).Draw(t, "movements") {
		h.balances = append(h.balances, interest.Balance{Since: day, Minor: minor})
		day = day.AddDays(rapid.IntRange(1, 60).Draw(t, "pause"))
		minor -= rapid.Int64Range(0, minor).Draw(t, "payment")
	}
	h.rates = []interest.Rate{{Percent: decimal.New(rapid.Int64Range(1, 2000).Draw(t, "percent"), -2)}}
	for n := range rapid.IntRange(0, 3).Draw(t, "rates") {
		h.rates = append(h.rates, interest.Rate{Start: h.start.AddDays(n*50 + rapid.IntRange(0, 40).Draw(t, "rate day")),
			Percent: decimal.New(rapid.Int64Range(1, 2000).Draw(t, "percent"), -2)})
	}
	return h
}

// TestInterestEqualsSumOfDays compares the interest with the sum over single days.
func TestInterestEqualsSumOfDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		end := h.start.AddDays(rapid.IntRange(0, 300).Draw(t, "days"))
		whole, _ := interest.Spans(h.start, end, h.balances, h.rates)
		sum := decimal.Zero
		for day := h.start; !day.After(end); day = day.AddDays(1) {
			for _, b := range slices.Backward(h.balances) {
				if b.Since.After(day) {
					continue
				}
				for _, r := range slices.Backward(h.rates) {
					if !r.Start.After(day) {
						sum = sum.Add(decimal.NewFromInt(b.Minor).Mul(r.Percent))
						break
					}
				}
				break
			}
		}
		want := sum.DivRound(decimal.NewFromInt(36500), 0).IntPart()
		if got := interest.Sum(whole, 365); got != want {
			t.Fatalf("got %d, the days add up to %d", got, want)
		}
	})
}

// TestSplitPaymentGivesTheSameInterest records a payment in parts on one day.
func TestSplitPaymentGivesTheSameInterest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		end := h.start.AddDays(200)
		whole, _ := interest.Spans(h.start, end, h.balances, h.rates)
		var split []interest.Balance
		for n, b := range h.balances {
			if n > 0 {
				middle := b.Minor + rapid.Int64Range(0, h.balances[n-1].Minor-b.Minor).Draw(t, "part")
				split = append(split, interest.Balance{Since: b.Since, Minor: middle})
			}
			split = append(split, b)
		}
		parts, _ := interest.Spans(h.start, end, split, h.rates)
		if got, want := interest.Sum(parts, 365), interest.Sum(whole, 365); got != want {
			t.Fatalf("got %d with parts, want %d", got, want)
		}
	})
}

// TestNoticesAddUpToOne charges the days in several notices, each of which rounds once.
func TestNoticesAddUpToOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		end := h.start.AddDays(250)
		whole, _ := interest.Spans(h.start, end, h.balances, h.rates)
		var sum, notices int64
		for day := h.start; !day.After(end); notices++ {
			last := calendar.Earlier(end, day.AddDays(rapid.IntRange(0, 80).Draw(t, "days of the notice")))
			spans, missing := interest.Spans(day, last, h.balances, h.rates)
			if len(missing) != 0 {
				t.Fatalf("did not charge %v", missing)
			}
			sum += interest.Sum(spans, 365)
			day = last.AddDays(1)
		}
		if difference := sum - interest.Sum(whole, 365); difference > notices || difference < -notices {
			t.Fatalf("%d notices add up to %d, one has %d", notices, sum, interest.Sum(whole, 365))
		}
	})
}
