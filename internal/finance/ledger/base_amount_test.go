package ledger

import (
	"maps"
	"slices"
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
		"gives a part that was rounded down a unit more": {euros("0.89", 5, 5, 5, -15), []int64{5, 4, 4, -13}},
		"converts alone what does not balance":           {euros("1.1", 5, 5), []int64{6, 6}},
		"keeps taxes, and divides the rest": {
			taxed(euros("1.1", 5, 5, -10), 0), []int64{6, 5, -11},
		},
		"keeps taxes on the credit side": {taxed(euros("1.1", -5, -5, 10), 0), []int64{-6, -5, 11}},
		"keeps taxes if there is nothing else": {
			taxed(euros("1.1", 5, 5, -10), 0, 1), []int64{6, 6, -11},
		},
		"keeps taxes if there is nothing else on the credit side": {
			taxed(euros("1.1", -5, -5, 10), 0, 1), []int64{-6, -6, 11},
		},
		"keeps taxes that balance alone": {taxed(euros("1.1", 5, 5, -5, -5), 0, 1), []int64{6, 6, -6, -6}},
		"divides the rest beside taxes that need no rounding": {
			taxed(euros("1.1", 10, -5, -5), 0), []int64{11, -6, -5},
		},
		"takes no two units from the rest": {
			taxed(euros("1.1", 5, 5, 5, 5, 5, -25), 0, 1, 2, 3), []int64{6, 6, 6, 6, 6, -28},
		},
		"adds no two units to the rest": {
			taxed(euros("0.89", 5, 5, 5, 5, 5, -25), 0, 1, 2, 3), []int64{4, 4, 4, 4, 4, -22},
		},
		"converts alone what balances with a given base amount": {
			[]figure{{currency: "EUR", minor: 100, base: 111, given: true, rate: rate("1.11")},
				{currency: "EUR", minor: -100, rate: rate("1.11")}}, []int64{111, -111},
		},
		"converts each currency": {[]figure{
			{currency: "USD", minor: 1}, {currency: "EUR", minor: 100, rate: rate("2")},
			{currency: "EUR", minor: -100, rate: rate("2")}, {currency: "GBP", minor: 100, rate: rate("3")},
			{currency: "GBP", minor: -100, rate: rate("3")}, {currency: "CHF", minor: 100, rate: rate("4")},
			{currency: "SEK", minor: 100, rate: rate("5")}, {currency: "NOK", minor: 100, rate: rate("6")},
		}, []int64{1, 200, -200, 300, -300, 400, 500, 600}},
		"converts at two rates": {[]figure{
			{currency: "EUR", minor: 10000, rate: rate("1.05")},
			{currency: "EUR", minor: -10000, rate: rate("1.10")},
			{currency: "USD", minor: 500},
		}, []int64{10500, -11000, 500}},
	} {
		t.Run(name, func(t *testing.T) {
			// Currencies are converted in any order.
			for range 10 {
				figures := slices.Clone(c.figures)
				if errs := convert(figures, "USD"); len(errs) > 0 {
					t.Fatal(errs)
				}
				for i, want := range c.want {
					if figures[i].base != want {
						t.Errorf("base amount of figure %d: got %d, want %d", i, figures[i].base, want)
					}
				}
			}
		})
	}
}

// euros returns figures in euros at a rate.
func euros(price string, minor ...int64) (figures []figure) {
	for _, m := range minor {
		figures = append(figures, figure{currency: "EUR", minor: m, rate: rate(price)})
	}
	return figures
}

// taxed returns the figures, of which some are taxes.
func taxed(figures []figure, taxes ...int) []figure {
	for _, i := range taxes {
		figures[i].tax = true
	}
	return figures
}

func TestConvertNamesFiguresThatFail(t *testing.T) {
	for name, c := range map[string]struct {
		figures []figure
		want    []int
	}{
		"no rates":        {euros("0", 100, -100), []int{0, 1}},
		"one rate":        {append(euros("1", 100), euros("0", -100)...), []int{1}},
		"a large balance": {euros("1000", money.MaxMinor, -money.MaxMinor), []int{0}},
		"a large amount":  {euros("1000", 1, money.MaxMinor), []int{1}},
	} {
		t.Run(name, func(t *testing.T) {
			errs := convert(c.figures, "USD")
			if got := slices.Sorted(maps.Keys(errs)); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", errs, c.want)
			}
		})
	}
}

func TestGivenBaseAmountImpliesRate(t *testing.T) {
	for _, c := range []struct {
		currency    string
		minor, base int64
		want        string
	}{
		{"JPY", 1000, 670, "0.0067"}, {"EUR", 100, 110, "1.1"}, {"KWD", 1000, 330, "3.3"},
		{"EUR", 300, 100, "0.333333333333"},
		{"EUR", 0, 5, "0"}, {"XXX", 100, 110, "0"},
	} {
		f := figure{currency: c.currency, minor: c.minor, base: c.base, given: true}
		if err := f.convert("USD"); err != nil || f.rate.String() != c.want || f.base != c.base {
			t.Errorf("%s: got %s, %v, want %s", c.currency, f.rate, err, c.want)
		}
	}
}

// TestGivenBaseAmountAgreesWithRate allows a difference of a minor unit, and in large amounts the
// error of a rate that has no more than twelve digits.
func TestGivenBaseAmountAgreesWithRate(t *testing.T) {
	for name, c := range map[string]struct {
		currency    string
		minor, base int64
		rate        string
		ok          bool
	}{
		"a unit more":                    {"EUR", 100, 111, "1.1", true},
		"a unit less":                    {"EUR", -100, -109, "1.1", true},
		"two units more":                 {"EUR", 100, 112, "1.1", false},
		"a large amount at a third":      {"EUR", 5e14, 166666666666667, "0.333333333333", true},
		"a large amount, beyond a third": {"EUR", 5e14, 166666666667002, "0.333333333333", false},
		"many yen":                       {"JPY", 1e12, 33333333333401, "0.333333333333", true},
		"many yen, a unit too many":      {"JPY", 1e12, 33333333333402, "0.333333333333", false},
		"out of range":                   {"EUR", money.MaxMinor, 1, "1000", false},
	} {
		t.Run(name, func(t *testing.T) {
			f := figure{currency: c.currency, minor: c.minor, base: c.base, given: true, rate: rate(c.rate)}
			if err := f.convert("USD"); (err == nil) != c.ok || f.base != c.base {
				t.Errorf("got %v and %d", err, f.base)
			}
		})
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
