package money

import (
	"errors"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestRoundIsHalfAwayFromZero(t *testing.T) {
	for _, c := range []struct {
		value  string
		digits int
		want   string
	}{
		{"0.125", 2, "0.13"},
		{"-0.125", 2, "-0.13"},
		{"0.1249999", 2, "0.12"},
		{"2.5", 0, "3"},
		{"-2.5", 0, "-3"},
		{"1250", -2, "1300"},
	} {
		if got := Round(decimal.RequireFromString(c.value), c.digits).String(); got != c.want {
			t.Errorf("Round(%s, %d) = %s, want %s", c.value, c.digits, got, c.want)
		}
	}
}

func TestMulRateRoundsToMinorUnits(t *testing.T) {
	for _, c := range []struct {
		minor  int64
		rate   string
		digits int
		want   int64
	}{
		{14000, "0.05", 0, 700},
		{14000, "0.09975", 0, 1397},
		{146050, "0.25", 0, 36513},
		{-146050, "0.25", 0, -36513},
		{1000, "0.0067", 2, 670},
		{670, "149.25", -2, 1000},
		{MaxMinor, "1", 0, MaxMinor},
		{-MaxMinor, "1", 0, -MaxMinor},
		{12345, "0", 0, 0},
	} {
		got, err := MulRate(c.minor, decimal.RequireFromString(c.rate), c.digits)
		if err != nil || got != c.want {
			t.Errorf("MulRate(%d, %s, %d) = %d, %v, want %d", c.minor, c.rate, c.digits, got, err, c.want)
		}
	}
}

func TestMulRateRejectsResultsAndRatesOutOfRange(t *testing.T) {
	for _, rate := range []decimal.Decimal{
		decimal.New(10000001, -7), decimal.New(-2, 0), decimal.New(1, 41), decimal.New(1, 1e9), decimal.New(1, -1e9),
	} {
		if got, err := MulRate(MaxMinor, rate, 0); !errors.Is(err, ErrRange) {
			t.Errorf("rate %de%d: got %d, %v, want %v", rate.Coefficient(), rate.Exponent(), got, err, ErrRange)
		}
	}
}

// TestRateHasAtMostFortyDigits multiplies by rates with 40 digits and with one more.
func TestRateHasAtMostFortyDigits(t *testing.T) {
	long := strings.Repeat("1", maxRateDigits)
	for _, c := range []struct {
		minor int64
		rate  string
		want  int64
	}{
		{MaxMinor, "1e-40", 0}, {0, "1e40", 0}, {9, long + "e-39", 10},
	} {
		rate := decimal.RequireFromString(c.rate)
		if got, err := MulRate(c.minor, rate, 0); err != nil || got != c.want {
			t.Errorf("%d at %s: got %d, %v, want %d", c.minor, c.rate, got, err, c.want)
		}
	}
	for _, text := range []string{"1e-41", "1e41", long + "1e-40"} {
		if got, err := MulRate(0, decimal.RequireFromString(text), 0); !errors.Is(err, ErrRange) {
			t.Errorf("0 at %s: got %d, %v, want %v", text, got, err, ErrRange)
		}
	}
}

// TestTaxPerLineAndPerDocument taxes 25.06 + 25.61 + 25.63 at 15 %. Rounding each line and rounding
// the document differ by a cent, and both are correct.
func TestTaxPerLineAndPerDocument(t *testing.T) {
	rate := decimal.RequireFromString("0.15")
	var net, perLine int64
	for _, line := range []int64{2506, 2561, 2563} {
		tax, err := MulRate(line, rate, 0)
		if err != nil {
			t.Fatal(err)
		}
		net, perLine = net+line, perLine+tax
	}
	perDocument, err := MulRate(net, rate, 0)
	if err != nil || perLine != 1144 || perDocument != 1145 || net+perLine != 8774 || net+perDocument != 8775 {
		t.Errorf("net %d, tax %d per line, %d per document, %v", net, perLine, perDocument, err)
	}
}

// TestTaxIncluded takes the tax out of 2 × 379.00 including 21 %. Net and tax add up to the total.
func TestTaxIncluded(t *testing.T) {
	total := decimal.RequireFromString("758.00")
	net := Round(total.Div(decimal.RequireFromString("1.21")), 2)
	if tax := Round(total.Sub(net), 2); net.String() != "626.45" || tax.String() != "131.55" {
		t.Errorf("net %s, tax %s", net, tax)
	}
}

func TestConvertAppliesDigitsOfBothCurrencies(t *testing.T) {
	for _, c := range []struct {
		minor          int64
		from, to, rate string
		want           int64
	}{
		{100000, "JPY", "USD", "0.0067", 67000},
		{67000, "USD", "JPY", "149.253731", 100000},
		{1000, "KWD", "EUR", "2.9995", 300},
		{12345, "EUR", "EUR", "1", 12345},
	} {
		got, err := Convert(c.minor, c.from, c.to, decimal.RequireFromString(c.rate))
		if err != nil || got != c.want {
			t.Errorf("Convert(%d %s to %s at %s) = %d, %v, want %d", c.minor, c.from, c.to, c.rate, got, err, c.want)
		}
	}
	if _, err := Convert(1, "EUR", "XXX", decimal.NewFromInt(1)); !errors.Is(err, ErrCurrency) {
		t.Errorf("an unknown currency: got %v, want %v", err, ErrCurrency)
	}
}

func TestMulRateIsSymmetricAroundZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64Range(0, 1e12).Draw(t, "minor")
		rate := decimal.New(rapid.Int64Range(0, 1e9).Draw(t, "coefficient"), -6)
		up, err := MulRate(minor, rate, 0)
		down, mirrored := MulRate(-minor, rate, 0)
		if err != nil || mirrored != nil || up != -down {
			t.Fatalf("%d times %s: got %d, %v; for the negative amount %d, %v", minor, rate, up, err, down, mirrored)
		}
	})
}
