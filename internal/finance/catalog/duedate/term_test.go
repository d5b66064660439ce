package duedate_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"backoffice/internal/finance/catalog/duedate"
)

func percent(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// installments returns one installment for each percentage, the first due at once and each other 30
// days later.
func installments(percents ...string) []duedate.Installment {
	out := make([]duedate.Installment, len(percents))
	for i, p := range percents {
		out[i] = duedate.Installment{Percent: percent(p), Due: duedate.Rule{Days: 30 * i}}
	}
	return out
}

func TestInstallmentsDivideTheAmount(t *testing.T) {
	for name, c := range map[string]struct {
		term  duedate.Term
		minor int64
		want  []string
	}{
		"one part": {duedate.Term{Due: duedate.Rule{Days: 30}}, 12345, []string{"2026-12-20 100% 12345"}},
		"half at once": {duedate.Term{Installments: installments("50", "50")}, 10001,
			[]string{"2026-11-20 50% 5001", "2026-12-20 50% 5000"}},
		"thirds": {duedate.Term{Installments: installments("33.3333", "33.3333", "33.3334")}, 100,
			[]string{"2026-11-20 33.3333% 33", "2026-12-20 33.3333% 33", "2027-01-19 33.3334% 34"}},
		"30/60/10 of a credit note": {duedate.Term{Installments: installments("30", "60", "10")}, -99,
			[]string{"2026-11-20 30% -30", "2026-12-20 60% -59", "2027-01-19 10% -10"}},
		"a cent": {duedate.Term{Installments: installments("40", "60")}, 1,
			[]string{"2026-11-20 40% 0", "2026-12-20 60% 1"}},
		"the smallest percentage": {duedate.Term{Installments: installments("0.0001", "99.9999")}, 1_000_000,
			[]string{"2026-11-20 0.0001% 1", "2026-12-20 99.9999% 999999"}},
	} {
		var got []string
		for _, p := range c.term.Parts(date(t, "2026-11-20"), c.minor) {
			got = append(got, fmt.Sprintf("%s %s%% %d", p.Due, p.Percent, p.Minor))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestTermEndsWithItsLastInstallment(t *testing.T) {
	for name, c := range map[string]struct {
		term duedate.Term
		want string
	}{
		"on receipt": {duedate.Term{}, "2026-11-20"},
		"net 30":     {duedate.Term{Due: duedate.Rule{Days: 30}}, "2026-12-20"},
		"installments": {duedate.Term{Due: duedate.Rule{Days: 300}, Installments: []duedate.Installment{
			{Percent: percent("50"), Due: duedate.Rule{Days: 60}}, {Percent: percent("50"), Due: duedate.Rule{Days: 10}},
		}}, "2027-01-19"},
	} {
		if got := c.term.LastDate(date(t, "2026-11-20")); got.String() != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestInstallmentsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var term duedate.Term
		left := int64(1_000_000) // 100 percent in units of the smallest percentage
		for count := rapid.IntRange(1, 12).Draw(t, "count"); left > 0; count-- {
			units := left
			if count > 1 {
				units = rapid.Int64Range(1, left).Draw(t, "units")
			}
			term.Installments = append(term.Installments,
				duedate.Installment{Percent: decimal.New(units, -duedate.PercentDigits), Due: drawRule(t)})
			left -= units
		}
		minor := rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(t, "minor")
		var sum int64
		for i, p := range term.Parts(drawDate(t), minor) {
			sum += p.Minor
			exact := decimal.NewFromInt(minor).Mul(term.Installments[i].Percent).Shift(-2)
			if exact.Sub(decimal.NewFromInt(p.Minor)).Abs().GreaterThanOrEqual(decimal.NewFromInt(1)) {
				t.Fatalf("%s%% of %d is %d", term.Installments[i].Percent, minor, p.Minor)
			}
		}
		if sum != minor {
			t.Fatalf("the parts add up to %d, want %d", sum, minor)
		}
	})
}
