package ledger

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

func TestRoundingDifferenceGetsItsOwnLine(t *testing.T) {
	pounds := func(amount, price string) *pb.JournalLine {
		l := foreign(rent, amount, price, "")
		l.Amount.CurrencyCode = "GBP"
		return l
	}
	for name, c := range map[string]struct {
		lines []*pb.JournalLine
		want  string // the rounding line's amount, or "" if there is none, or "refused"
	}{
		// 10.01 EUR at 1.1055 are 11.07 USD, and 20.02 EUR are 22.13 USD.
		"two lines against a total": {
			[]*pb.JournalLine{foreign(rent, "10.01", "1.1055", ""), foreign(rent, "10.01", "1.1055", ""),
				line(cash, "-22.13")}, "-0.01",
		},
		"two credits against a total": {
			[]*pb.JournalLine{foreign(rent, "-10.01", "1.1055", ""), foreign(rent, "-10.01", "1.1055", ""),
				line(cash, "22.13")}, "0.01",
		},
		"two currencies": {
			[]*pb.JournalLine{foreign(rent, "10.01", "1.1055", ""), pounds("10.01", "1.2095"), line(cash, "-23.17")},
			"-0.01",
		},
		"lines without a rounding difference": {
			[]*pb.JournalLine{foreign(rent, "10.00", "1.1055", ""), line(cash, "-11.06")}, "",
		},
		"a total that is off before rounding": {
			[]*pb.JournalLine{foreign(rent, "10.00", "1.05", ""), line(cash, "-10.51")}, "refused",
		},
		"a total that is off by a minor unit a line": {
			[]*pb.JournalLine{foreign(rent, "10.00", "1.05", ""), foreign(rent, "10.00", "1.05", ""),
				line(cash, "-21.01")}, "refused",
		},
		"given base amounts": {
			[]*pb.JournalLine{foreign(rent, "10.01", "", "11.07"), foreign(rent, "10.01", "", "11.07"),
				line(cash, "-22.13")}, "refused",
		},
		"as many lines as leave room for one": {
			slices.Concat([]*pb.JournalLine{foreign(rent, "10.01", "1.1055", ""), foreign(rent, "10.01", "1.1055", ""),
				line(cash, "-22.13")}, slices.Repeat([]*pb.JournalLine{line(rent, "1"), line(cash, "-1")}, 498)), "-0.01",
		},
		"as many lines as an entry may have": {
			slices.Concat([]*pb.JournalLine{foreign(rent, "10.01", "1.1055", ""), foreign(rent, "10.01", "1.1055", ""),
				line(cash, "-22.13"), line(rent, "1"), line(rent, "1"), line(cash, "-2")},
				slices.Repeat([]*pb.JournalLine{line(rent, "1"), line(cash, "-1")}, 497)), "refused",
		},
		"no foreign line": {[]*pb.JournalLine{line(rent, "1.01"), line(cash, "-1.00")}, "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			e := &pb.JournalEntry{Date: "2026-11-02", Lines: c.lines}
			given := len(c.lines)
			got := ""
			if err := preparePosted(inDollars(), chartNow, e); err != nil {
				got = "refused"
			} else if len(e.Lines) > given {
				got = e.Lines[given].Amount.Amount
			}
			if got != c.want {
				t.Errorf("got rounding %q, want %q", got, c.want)
			}
		})
	}
}

// TestRoundingDifferenceIsAtMostAUnitALine checks the limits: half a unit before rounding, and a
// unit for each foreign amount after it.
func TestRoundingDifferenceIsAtMostAUnitALine(t *testing.T) {
	cents := func(minor int64) figure { return figure{currency: "USD", minor: minor, base: minor} }
	euro := func(minor, base int64) figure {
		return figure{currency: "EUR", minor: minor, rate: rate("0.01"), base: base}
	}
	for name, c := range map[string]struct {
		figures []figure
		want    int64
	}{
		"half a unit":                    {[]figure{euro(50, 1), euro(100, 1), cents(-1)}, 1},
		"half a unit on the other side":  {[]figure{euro(-50, -1), euro(-100, -1), cents(1)}, -1},
		"more than half a unit":          {[]figure{euro(51, 1), euro(100, 1), cents(-1)}, 0},
		"a unit for one amount":          {[]figure{euro(50, 1), cents(5), cents(-5)}, 1},
		"two units less for one amount":  {[]figure{euro(-50, -2), cents(5), cents(-5)}, 0},
		"two units for one amount":       {[]figure{euro(50, 2), cents(5), cents(-5)}, 0},
		"two units for two amounts":      {[]figure{euro(50, 1), euro(150, 2), cents(-1), euro(-50, 0)}, 2},
		"none without foreign amounts":   {[]figure{cents(5), cents(-4)}, 0},
		"none for amounts that are even": {[]figure{euro(100, 1), cents(-1)}, 0},
		"none for a given base amount": {
			[]figure{{currency: "EUR", minor: 50, base: 1, given: true}, euro(100, 1), cents(-1)}, 0,
		},
		"yen": {[]figure{{currency: "JPY", minor: 1, rate: rate("0.004"), base: 1}, cents(5), cents(-5)}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := roundingDifference(c.figures, "USD"); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

// TestTaxLineKeepsItsConversion checks that a balanced foreign entry never moves the rounding of
// its other lines to a tax line.
func TestTaxLineKeepsItsConversion(t *testing.T) {
	tax := id.Format("acc", id.New())
	k := *chartNow
	k.accounts = map[string]postingAccount{rent: {currency: "USD"}, tax: {currency: "USD", subtype: "TAX_PAYABLE"}}
	rapid.Check(t, func(t *rapid.T) {
		e := &pb.JournalEntry{Date: "2026-11-02", CurrencyCode: "EUR",
			ExchangeRate: money.Format(rapid.Int64Range(1, 300).Draw(t, "rate"), "USD")}
		var sum int64
		for range rapid.IntRange(1, 6).Draw(t, "lines") {
			minor := rapid.Int64Range(1, 2000).Draw(t, "minor")
			account := rapid.SampledFrom([]string{rent, tax}).Draw(t, "account")
			e.Lines = append(e.Lines, &pb.JournalLine{AccountId: account, Amount: &typepb.Money{
				Amount: money.Format(minor, "EUR")}})
			sum -= minor
		}
		e.Lines = append(e.Lines, line(rent, money.Format(sum, "EUR")))
		if err := preparePosted(inDollars(), &k, e); err != nil {
			t.Fatalf("cannot post the entry: %v", err)
		}
		var base int64
		for _, l := range e.Lines {
			minor, _ := money.Parse(l.BaseAmount.Amount, "USD")
			base += minor
			if l.AccountId != tax {
				continue
			}
			foreign, _ := money.Parse(l.Amount.Amount, "EUR")
			if want, _ := money.Convert(foreign, "EUR", "USD", rate(e.ExchangeRate)); minor != want {
				t.Fatalf("got tax %d, want %d, its own conversion", minor, want)
			}
		}
		if base != 0 {
			t.Fatalf("base amounts add up to %d, want 0", base)
		}
	})
}
