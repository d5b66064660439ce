package ledger

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

func rate(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func TestConvert(t *testing.T) {
	for name, c := range map[string]struct {
		figures []figure
		want    []int64
	}{
		"the base itself": {[]figure{{currency: "USD", minor: 100}, {currency: "USD", minor: -100}}, []int64{100, -100}},
		// 0.05 + 0.05 + 0.05 EUR at 1.1: each would round to 0.06, their whole is 0.17.
		"rounded once": {[]figure{
			{currency: "EUR", minor: 5, rate: rate("1.1")}, {currency: "EUR", minor: 5, rate: rate("1.1")},
			{currency: "EUR", minor: 5, rate: rate("1.1")}, {currency: "EUR", minor: -15, rate: rate("1.1")},
		}, []int64{6, 6, 5, -17}},
		"yen have no minor unit": {[]figure{{currency: "JPY", minor: 1000, rate: rate("0.0067")}, {currency: "USD", minor: -670}}, []int64{670, -670}},
		"a base amount given":    {[]figure{{currency: "EUR", minor: 100, base: 110, given: true}, {currency: "USD", minor: -110}}, []int64{110, -110}},
		"two rates": {[]figure{
			{currency: "EUR", minor: 10000, rate: rate("1.05")}, {currency: "EUR", minor: -10000, rate: rate("1.10")}, {currency: "USD", minor: 500},
		}, []int64{10500, -11000, 500}},
	} {
		t.Run(name, func(t *testing.T) {
			if wrong := convert(c.figures, "USD"); len(wrong) > 0 {
				t.Fatal(wrong)
			}
			for i, want := range c.want {
				if c.figures[i].base != want {
					t.Errorf("figure %d is %d, want %d", i, c.figures[i].base, want)
				}
			}
		})
	}
}

func TestImpliedRate(t *testing.T) {
	f := figure{currency: "JPY", minor: 1000, base: 670, given: true}
	if err := f.convert("USD"); err != nil || f.rate.String() != "0.0067" {
		t.Errorf("got %s, %v", f.rate, err)
	}
}

// TestForeignEntryProperty holds an entry that balances in its own currency to be
// posted at any rate, with base amounts that balance and are off by less than one unit
// from their own conversion.
func TestForeignEntryProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := &pb.JournalEntry{Date: "2026-11-02", CurrencyCode: "EUR", ExchangeRate: decimal.New(rapid.Int64Range(1, 1e9).Draw(t, "rate"), -6).String()}
		var sum int64
		for range rapid.IntRange(1, 8).Draw(t, "lines") {
			minor := rapid.Int64Range(1, 1e9).Draw(t, "minor")
			e.Lines = append(e.Lines, line(rent, money.Format(minor, "EUR")))
			sum -= minor
		}
		e.Lines = append(e.Lines, line(euroBank, money.Format(sum, "EUR")))
		if err := book(inDollars(), chartNow, e); err != nil {
			t.Fatalf("refused: %v", err)
		}
		var base int64
		for _, l := range e.Lines {
			minor, err := money.Parse(l.BaseAmount.Amount, "USD")
			if err != nil {
				t.Fatal(err)
			}
			own, _ := money.Parse(l.Amount.Amount, "EUR")
			exact, err := money.Convert(own, "EUR", "USD", rate(e.ExchangeRate))
			if err != nil || max(minor-exact, exact-minor) > 1 {
				t.Fatalf("line %v is %d off its own conversion: %v", l, minor-exact, err)
			}
			base += minor
		}
		if base != 0 {
			t.Fatalf("base amounts add up to %d", base)
		}
	})
}
