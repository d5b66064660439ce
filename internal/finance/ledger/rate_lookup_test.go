package ledger

import (
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/platform/money"
)

// kept returns a stored rate.
func kept(date, from, to, price string) storedRate {
	return storedRate{date: day(date), from: from, to: to, rate: rate(price)}
}

// entered returns a rate as callers enter it.
func entered(r storedRate) storedRate {
	r.manual = true
	return r
}

func TestBestRateOfADay(t *testing.T) {
	inverse, direct := kept("2026-11-20", "USD", "EUR", "0.8"), kept("2026-11-20", "EUR", "USD", "1.08")
	for name, c := range map[string]struct {
		all  rates
		want string
	}{
		"direct wins over inverse":           {rates{inverse, direct}, "1.08"},
		"direct first":                       {rates{direct, inverse}, "1.08"},
		"both entered":                       {rates{entered(inverse), entered(direct)}, "1.08"},
		"entered direct wins":                {rates{inverse, entered(direct)}, "1.08"},
		"entered inverse wins over a file's": {rates{direct, entered(inverse)}, "1.25"},
		"newer inverse wins over an older direct": {
			rates{inverse, entered(kept("2026-11-19", "EUR", "USD", "1.09"))}, "1.25",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, parts, ok := c.all.find("EUR", "USD", day("2026-11-20"))
			if !ok || got.String() != c.want || len(parts) != 1 {
				t.Errorf("got %s from %v, %t, want %s", got, parts, ok, c.want)
			}
		})
	}
}

func TestFindsDirectInverseAndCrossRates(t *testing.T) {
	all := rates{kept("2026-11-20", "EUR", "USD", "1.08"), kept("2026-11-20", "EUR", "GBP", "0.84"),
		kept("2026-11-19", "CHF", "JPY", "170"), kept("2026-11-19", "SEK", "JPY", "16"),
		kept("2026-11-13", "EUR", "USD", "1.05")}
	for name, c := range map[string]struct {
		from, to, on, want string
		parts              int
	}{
		"direct":                     {"EUR", "USD", "2026-11-20", "1.08", 1},
		"newest rate before the day": {"EUR", "USD", "2026-11-22", "1.08", 1},
		"older rate":                 {"EUR", "USD", "2026-11-19", "1.05", 1},
		"inverse":                    {"GBP", "EUR", "2026-11-20", "1.190476190476", 1},
		"a week old":                 {"EUR", "USD", "2026-11-27", "1.08", 1},
		"through the euro":           {"GBP", "USD", "2026-11-20", "1.285714285714", 2},
		"through the last currency":  {"CHF", "SEK", "2026-11-20", "10.625", 2},
	} {
		t.Run(name, func(t *testing.T) {
			got, parts, ok := all.find(c.from, c.to, day(c.on))
			if !ok || got.String() != c.want || len(parts) != c.parts {
				t.Errorf("got %s from %v, %t", got, parts, ok)
			}
		})
	}
	for name, c := range map[string][3]string{
		"too old": {"EUR", "USD", "2026-11-28"}, "before the first rate": {"EUR", "USD", "2026-11-12"},
		"no common currency": {"CHF", "USD", "2026-11-20"},
	} {
		if got, _, ok := all.find(c[0], c[1], day(c[2])); ok {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// TestConversionAndBackLosesOnlyRounding converts an amount and back. The result differs by no more
// than rounding to minor units of the other currency can lose.
func TestConversionAndBackLosesOnlyRounding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := rate(money.Format(rapid.Int64Range(10, 1000).Draw(t, "price"), "USD"))
		minor := rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(t, "minor")
		all := rates{storedRate{date: day("2026-11-20"), from: "EUR", to: "USD", rate: price}}
		there, _, _ := all.find("EUR", "USD", day("2026-11-20"))
		back, _, _ := all.find("USD", "EUR", day("2026-11-20"))
		dollars, err := money.Convert(minor, "EUR", "USD", there)
		if err != nil {
			t.Fatal(err)
		}
		euros, err := money.Convert(dollars, "USD", "EUR", back)
		if err != nil {
			t.Fatal(err)
		}
		lost := euros - minor
		if most := back.IntPart() + 2; max(lost, -lost) > most {
			t.Fatalf("got %d euro cents back from %d at %s", euros, minor, price)
		}
	})
}

func TestReadsECBDocumentsAndTables(t *testing.T) {
	document := `<?xml version="1.0" encoding="UTF-8"?>` +
		`<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"` +
		` xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">` +
		`<gesmes:subject>Reference rates</gesmes:subject><Cube>` +
		`<Cube time='2026-11-20'><Cube currency='USD' rate='1.0842'/><Cube currency='JPY' rate='161.55'/></Cube>` +
		`<Cube time='2026-11-19'><Cube currency='USD' rate='1.0801'/></Cube></Cube></gesmes:Envelope>`
	for name, c := range map[string]struct {
		content string
		want    int
		first   string
	}{
		"document":    {document, 3, "2026-11-20 USD 1.0842"},
		"daily table": {"Date, USD, JPY, ITL, \n20 November 2026, 1.0842, 161.55, N/A, \n", 2, "2026-11-20 USD 1.0842"},
		"long table": {"Date,USD,JPY,\n2026-11-20,1.0842,161.55,\n2026-11-19,1.0801,N/A,\n", 3,
			"2026-11-20 USD 1.0842"},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := readECB([]byte(c.content))
			if err != nil || len(all) != c.want || all[0].Date+" "+all[0].ToCurrencyCode+" "+all[0].Rate != c.first {
				t.Errorf("got %v, %v", all, err)
			}
		})
	}
	for name, content := range map[string]string{
		"nothing": "", "another table": "a,b\n1,2\n", "no rates": "Date,USD\n",
		"an invalid rate": "Date,USD\n2026-11-20,x\n",
		"an invalid day":  "Date,USD\n2026-02-30,1\n", "a year out of range": "Date,USD\n1066-10-14,1\n",
		"another document": "<html></html>", "half a document": document[:300],
		"entities": `<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>`,
	} {
		if all, err := readECB([]byte(content)); err == nil {
			t.Errorf("%s: got %v, want an error", name, all)
		}
	}
}
