package sheet

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/platform/money"
)

func TestParseAmountAcceptsBankNotations(t *testing.T) {
	for _, c := range []struct {
		text, currency string
		want           int64
	}{
		{"-34.51", "USD", -3451},
		{"-34,51", "USD", -3451},
		{"+12.00", "USD", 1200},
		{"12", "USD", 1200},
		{"12,5", "USD", 1250},
		{"0", "USD", 0},
		{".50", "USD", 50},
		{"-,5", "USD", -50},
		{"1,234.56", "USD", 123456},
		{"1.234,56", "EUR", 123456},
		{"1,234,567.89", "USD", 123456789},
		{"-1.234.567,8", "EUR", -123456780},
		{"-50.0000", "USD", -5000},
		{"12.5000", "USD", 1250},
		{"1200.00", "JPY", 1200},
		{"1200.0", "JPY", 1200},
		{"1.234", "KWD", 1234},
		{"1.2340", "KWD", 1234},
		{"1,234.567", "KWD", 1234567},
		{"00012.30", "USD", 1230},
	} {
		if got, err := ParseAmount(c.text, c.currency); err != nil || got != c.want {
			t.Errorf("ParseAmount(%q, %q) = %d, %v, want %d", c.text, c.currency, got, err, c.want)
		}
	}
}

func TestParseAmountRejectsAmbiguousAndInvalidAmounts(t *testing.T) {
	for _, c := range []struct{ text, currency string }{
		{"", "USD"}, {"-", "USD"}, {"$120", "CAD"}, {"12.", "USD"}, {",", "USD"}, {"--5", "USD"}, {"+-5", "USD"},
		{"5-", "USD"},
		{"1,234", "USD"}, {"1.234", "USD"}, {"1,234", "KWD"}, {"1,000", "JPY"}, {"1.000", "JPY"}, {"1,234,567", "USD"},
		{"1,23,456.78", "USD"}, {"1234,567.89", "USD"}, {",123.45", "USD"}, {"1,234.567", "USD"}, {"1.2.3", "USD"},
		{"1,,5", "USD"},
		{"1 234,56", "EUR"}, {"1'234.56", "CHF"}, {"12.345", "USD"}, {"12.3456", "USD"}, {"1e5", "USD"}, {"0x1", "USD"},
		{"NaN", "USD"},
		{"(5.00)", "USD"}, {"5.00 USD", "USD"}, {"١٢", "USD"}, {"99999999999999999999", "USD"},
		{strings.Repeat("0", 41), "USD"},
		{"12.50", ""}, {"12.50", "XYZ"},
	} {
		if got, err := ParseAmount(c.text, c.currency); err == nil {
			t.Errorf("ParseAmount(%q, %q) = %d, want an error", c.text, c.currency, got)
		}
	}
}

func TestParseAmountReversesMoneyFormat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64Range(-money.MaxMinor, money.MaxMinor).Draw(t, "minor")
		currency := rapid.SampledFrom([]string{"JPY", "USD", "KWD", "CLF"}).Draw(t, "currency")
		text := money.Format(minor, currency)
		if got, err := ParseAmount(text, currency); err != nil || got != minor {
			t.Fatalf("ParseAmount(%q, %q) = %d, %v, want %d", text, currency, got, err, minor)
		}
	})
}
