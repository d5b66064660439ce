package ledger

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

func rate(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func TestConvertSetsBaseAmounts(t *testing.T) {
	for name, c := range map[string]struct {
		figures []figure
		want    []int64
	}{
		"copies amounts in the base currency": {
			[]figure{{currency: "USD", minor: 100}, {currency: "USD", minor: -100}}, []int64{100, -100},
		},
		// 0.05 EUR at 1.1 rounds to 0.06 USD, but three times 0.05 EUR are 0.17 USD.
		"rounds a sum once": {[]figure{
			{currency: "EUR", minor: 5, rate: rate("1.1")}, {currency: "EUR", minor: 5, rate: rate("1.1")},
			{currency: "EUR", minor: 5, rate: rate("1.1")}, {currency: "EUR", minor: -15, rate: rate("1.1")},
		}, []int64{6, 6, 5, -17}},
		"converts yen, which have no minor unit": {
			[]figure{{currency: "JPY", minor: 1000, rate: rate("0.0067")}, {currency: "USD", minor: -670}}, []int64{670, -670},
		},
		"keeps a given base amount": {
			[]figure{{currency: "EUR", minor: 100, base: 110, given: true}, {currency: "USD", minor: -110}}, []int64{110, -110},
		},
		"converts at two rates": {[]figure{
			{currency: "EUR", minor: 10000, rate: rate("1.05")},
			{currency: "EUR", minor: -10000, rate: rate("1.10")},
			{currency: "USD", minor: 500},
		}, []int64{10500, -11000, 500}},
	} {
		t.Run(name, func(t *testing.T) {
			if errs := convert(c.figures, "USD"); len(errs) > 0 {
				t.Fatal(errs)
			}
			for i, want := range c.want {
				if c.figures[i].base != want {
					t.Errorf("base amount of figure %d: got %d, want %d", i, c.figures[i].base, want)
				}
			}
		})
	}
}

func TestGivenBaseAmountImpliesRate(t *testing.T) {
	f := figure{currency: "JPY", minor: 1000, base: 670, given: true}
	if err := f.convert("USD"); err != nil || f.rate.String() != "0.0067" {
		t.Errorf("got %s, %v, want 0.0067", f.rate, err)
	}
}

// TestForeignEntryProperty checks that an entry that balances in a foreign currency can be posted
// at any rate. Its base amounts balance, and each differs from its own conversion by at most one
// minor unit.
func TestForeignEntryProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := &pb.JournalEntry{
			Date: "2026-11-02", CurrencyCode: "EUR",
			ExchangeRate: decimal.New(rapid.Int64Range(1, 1e9).Draw(t, "rate"), -6).String(),
		}
		var sum int64
		for range rapid.IntRange(1, 8).Draw(t, "lines") {
			minor := rapid.Int64Range(1, 1e9).Draw(t, "minor")
			e.Lines = append(e.Lines, line(rent, money.Format(minor, "EUR")))
			sum -= minor
		}
		e.Lines = append(e.Lines, line(euroBank, money.Format(sum, "EUR")))
		if err := preparePosted(inDollars(), chartNow, e); err != nil {
			t.Fatalf("cannot post the entry: %v", err)
		}
		var base int64
		for _, l := range e.Lines {
			minor, err := money.Parse(l.BaseAmount.Amount, "USD")
			if err != nil {
				t.Fatal(err)
			}
			foreign, _ := money.Parse(l.Amount.Amount, "EUR")
			exact, err := money.Convert(foreign, "EUR", "USD", rate(e.ExchangeRate))
			if err != nil || max(minor-exact, exact-minor) > 1 {
				t.Fatalf("line %v differs by %d from its own conversion: %v", l, minor-exact, err)
			}
			base += minor
		}
		if base != 0 {
			t.Fatalf("base amounts add up to %d, want 0", base)
		}
	})
}
