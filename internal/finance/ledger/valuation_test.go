package ledger

import (
	"strings"
	"testing"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// TestBalancesAreValuedAtRateOfDay values a bank account, a loan, an empty balance and one without
// a gain.
func TestBalancesAreValuedAtRateOfDay(t *testing.T) {
	stored := rates{kept("2026-03-31", "EUR", "USD", "1.20"), kept("2026-03-31", "JPY", "USD", "0.007")}
	got, err := valueBalances("date", []foreignBalance{
		{currency: "EUR", minor: 100000, atValue: 110000}, {currency: "EUR", minor: -40000, atValue: -44000},
		{currency: "EUR", atValue: 500}, {currency: "JPY", minor: 1000, atValue: 700},
	}, stored, "USD", day("2026-03-31"))
	if err != nil || len(got) != 3 {
		t.Fatalf("got %v, %v, want three valuations", got, err)
	}
	for i, want := range []string{"1200.00 100.00", "-480.00 -40.00", "7.00 0.00"} {
		if v := got[i]; v.MarketValue.Amount+" "+v.Gain.Amount != want {
			t.Errorf("got %v, want %s", v, want)
		}
	}
	if sum, err := TotalGain(got); err != nil || sum != 6000 {
		t.Errorf("got a total of %d, %v, want 6000", sum, err)
	}
}

// TestValuationNeedsRates names each currency without a rate once, and refuses a value out of
// range.
func TestValuationNeedsRates(t *testing.T) {
	stored := rates{kept("2026-03-31", "EUR", "USD", "1000")}
	on := day("2026-03-31")
	_, err := valueBalances("date", []foreignBalance{
		{currency: "GBP", minor: 1}, {currency: "GBP", minor: 2}, {currency: "SEK", minor: 3}, {currency: "CHF"},
	}, stored, "USD", on)
	if err == nil || strings.Count(err.Error(), "GBP") != 1 || strings.Count(err.Error(), "SEK") != 1 ||
		strings.Contains(err.Error(), "CHF") {
		t.Errorf("got %v, want GBP and SEK once", err)
	}
	_, err = valueBalances("date", []foreignBalance{{currency: "EUR", minor: money.MaxMinor}}, stored, "USD", on)
	if err == nil || fault.From(err).Reason != optionsv1.Reason_SUM_OUT_OF_RANGE {
		t.Errorf("got %v, want SUM_OUT_OF_RANGE", err)
	}
}
