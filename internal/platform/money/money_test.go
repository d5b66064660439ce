package money

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseReturnsMinorUnits(t *testing.T) {
	for _, c := range []struct {
		amount, currency string
		want             int64
	}{
		{"12.50", "USD", 1250},
		{"12.5", "USD", 1250},
		{"12", "USD", 1200},
		{"-0.05", "USD", -5},
		{"-0", "USD", 0},
		{"-0.00", "USD", 0},
		{"007.10", "USD", 710},
		{"12", "JPY", 12},
		{"1.234", "KWD", 1234},
		{"1.2345", "UYW", 12345},
		{"1.2", "CLF", 12000},
		{"19.56", "BGN", 1956},
		{"90071992547409.91", "USD", MaxMinor},
		{"-90071992547409.91", "USD", -MaxMinor},
		{"9007199254740991", "JPY", MaxMinor},
	} {
		got, err := Parse(c.amount, c.currency)
		if err != nil || got != c.want {
			t.Errorf("Parse(%q, %q) = %d, %v, want %d", c.amount, c.currency, got, err, c.want)
		}
	}
}

func TestParseRejectsInvalidAmounts(t *testing.T) {
	for _, c := range []struct {
		amount, currency string
		want             error
	}{
		{"", "USD", ErrSyntax},
		{"-", "USD", ErrSyntax},
		{".", "USD", ErrSyntax},
		{"12.", "USD", ErrSyntax},
		{".5", "USD", ErrSyntax},
		{"-.5", "USD", ErrSyntax},
		{"--1", "USD", ErrSyntax},
		{"+1", "USD", ErrSyntax},
		{" 1", "USD", ErrSyntax},
		{"1 ", "USD", ErrSyntax},
		{"1e3", "USD", ErrSyntax},
		{"1,5", "USD", ErrSyntax},
		{"1.2.3", "USD", ErrSyntax},
		{"1_000", "USD", ErrSyntax},
		{"0x10", "USD", ErrSyntax},
		{"NaN", "USD", ErrSyntax},
		{"١٢", "USD", ErrSyntax},
		{"99999999999999999999x", "USD", ErrSyntax},
		{"12.500", "USD", ErrDigits},
		{"12.0", "JPY", ErrDigits},
		{"1.00000", "UYW", ErrDigits},
		{"90071992547409.92", "USD", ErrRange},
		{"9007199254740992", "USD", ErrRange},
		{"-9007199254740992", "JPY", ErrRange},
		{"9223372036854775808", "JPY", ErrRange},
		// The digits after the largest amount count too.
		{"90071992547409910", "JPY", ErrRange},
		{"9007199254740991.00", "USD", ErrRange},
		{"18446744073709551617", "JPY", ErrRange},
		{strings.Repeat("9", 1000), "USD", ErrRange},
		{"1", "usd", ErrCurrency},
		{"1", "", ErrCurrency},
		{"1", "XXX", ErrCurrency},
		{"1", "XAU", ErrCurrency},
		{"1", "EURO", ErrCurrency},
	} {
		if got, err := Parse(c.amount, c.currency); !errors.Is(err, c.want) || got != 0 {
			t.Errorf("Parse(%q, %q) = %d, %v, want %v", c.amount, c.currency, got, err, c.want)
		}
	}
}

func TestParseErrorsExplainTheReason(t *testing.T) {
	for _, c := range []struct{ amount, currency, want string }{
		{"$120", "CAD", `not a decimal amount: "$120"; want digits with at most one point, such as 12.50 or -3`},
		{"12.500", "USD", `too many digits after the point: "12.500"; USD has 2`},
		{"9007199254740992", "JPY", `amount out of range: "9007199254740992"; the largest is 9007199254740991 JPY`},
		{"1", "usd", `unknown currency "usd": want an ISO 4217 code such as USD`},
		{
			strings.Repeat("x", 40), "USD", `not a decimal amount: "` + strings.Repeat("x", 40) +
				`"; want digits with at most one point, such as 12.50 or -3`,
		},
	} {
		if _, err := Parse(c.amount, c.currency); err == nil || err.Error() != c.want {
			t.Errorf("Parse(%q, %q): got %v, want %s", c.amount, c.currency, err, c.want)
		}
	}
	if _, err := Parse(strings.Repeat("x", 1<<20), "USD"); len(err.Error()) > 200 {
		t.Errorf("a value of 1 MiB: got an error of %d bytes, want at most 200", len(err.Error()))
	}
}

func TestFormatWritesAllDigits(t *testing.T) {
	for _, c := range []struct {
		minor    int64
		currency string
		want     string
	}{
		{1250, "USD", "12.50"},
		{-5, "USD", "-0.05"},
		{0, "USD", "0.00"},
		{100, "USD", "1.00"},
		{12, "JPY", "12"},
		{0, "JPY", "0"},
		{-7, "JPY", "-7"},
		{-1, "KWD", "-0.001"},
		{12345, "UYW", "1.2345"},
		{math.MaxInt64, "USD", "92233720368547758.07"},
		{math.MinInt64, "USD", "-92233720368547758.08"},
		{math.MinInt64, "CLF", "-922337203685477.5808"},
	} {
		if got := Format(c.minor, c.currency); got != c.want {
			t.Errorf("Format(%d, %q) = %q, want %q", c.minor, c.currency, got, c.want)
		}
	}
}

func TestFormatPanicsWithoutCurrency(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Format of an amount without a currency did not panic")
		}
	}()
	Format(1, "")
}

func TestParseReversesFormat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64Range(-MaxMinor, MaxMinor).Draw(t, "minor")
		currency := rapid.SampledFrom(currencies[:]).Draw(t, "currency").Code
		got, err := Parse(Format(minor, currency), currency)
		if err != nil || got != minor {
			t.Fatalf("got %d, %v, want %d %s", got, err, minor, currency)
		}
	})
}

func TestParsedAmountsCanBeFormatted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("0123456789.-+, e"))).Draw(t, "text")
		currency := rapid.SampledFrom([]string{"JPY", "USD", "KWD", "CLF"}).Draw(t, "currency")
		minor, err := Parse(text, currency)
		if err != nil {
			return
		}
		back := Format(minor, currency)
		if again, err := Parse(back, currency); err != nil || again != minor {
			t.Fatalf("%q is %d and formatted as %q, which is parsed as %d, %v", text, minor, back, again, err)
		}
	})
}

func TestSumOf1024AmountsFitsInt64(t *testing.T) {
	var sum int64
	for range 1024 {
		sum += MaxMinor
	}
	if sum != 1024*MaxMinor || sum < 0 {
		t.Fatalf("1,024 amounts add up to %d", sum)
	}
}

func TestParseAndFormatAllocateResultOnly(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { Parse("-123456.78", "USD") }); n != 0 {
		t.Errorf("Parse: got %v allocations, want 0", n)
	}
	if n := testing.AllocsPerRun(100, func() { Format(-12345678, "USD") }); n > 1 {
		t.Errorf("Format: got %v allocations, want at most 1", n)
	}
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		Parse("-123456.78", "USD")
	}
}

func BenchmarkFormat(b *testing.B) {
	for b.Loop() {
		Format(-12345678, "USD")
	}
}
