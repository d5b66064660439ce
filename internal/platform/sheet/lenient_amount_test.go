package sheet

import (
	"fmt"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// TestParseLenientAmount checks that signs, currencies and side letters around an amount are
// accepted, and that other characters inside of it are refused.
func TestParseLenientAmount(t *testing.T) {
	for _, c := range []struct {
		text  string
		mark  byte
		minor int64
	}{
		{"1,234.50", '.', 123450}, {"1.234,50-", ',', -123450}, {"(12.00)", '.', -1200}, {"12,00 S", ',', -1200},
		{"12.00 CR", '.', 1200}, {"EUR -5,00", ',', -500}, {"\u221212.00 \u20ac", '.', -1200}, {"1'000.00", '.', 100000},
		{"€5", 0, 500}, {"1 234,50 euros", ',', 123450}, {"1\u00a0234\u202f567,50", ',', 123456750},
		{"1’234’567.50", 0, 123456750}, {"1'000", 0, 100000}, {"12.-", 0, 1200}, {"1'200.–", '.', 120000},
		{"12,34,567.50", '.', 123456750}, {"12.", '.', 1200}, {".5", '.', 50}, {"1.234", ',', 123400},
	} {
		if minor, err := ParseLenientAmount(c.text, "EUR", c.mark); err != nil || minor != c.minor {
			t.Errorf("%q: got %d, %v, want %d", c.text, minor, err, c.minor)
		}
	}
	// Spreadsheets write large numbers with an exponent. The others are dates, ranges and codes.
	for _, text := range []string{
		"1E+05", "1E5", "1.5e3", "0x10", "12-34", "2026-11-21", "12a34", "5 EUR 3", "--5", "", "EUR", ".",
		"1,50", "-1,5", "1 50", "1'00", "1.234.567", "1,2,345", "$5", "5 USD", "5 kr", "5.00 apples", "-5.00 CR", "(5.00 CR)",
		"1\x002", "1/2",
	} {
		if minor, err := ParseLenientAmount(text, "EUR", '.'); err == nil {
			t.Errorf("%q: got %d, want an error", text, minor)
		}
	}
}

// TestThousandsOfCurrenciesWithoutDecimals checks that a comma separates thousands where no
// decimals exist.
func TestThousandsOfCurrenciesWithoutDecimals(t *testing.T) {
	if minor, err := ParseLenientAmount("-1,234", "JPY", 0); err != nil || minor != -1234 {
		t.Errorf("got %d, %v, want -1234", minor, err)
	}
	mark := DetectDecimalMark([]string{"1234,000"})
	if minor, err := ParseLenientAmount("500,000", "JPY", mark); err != nil || minor != 500 {
		t.Errorf("got %d, %v, want 500", minor, err)
	}
	if minor, err := ParseLenientAmount("1,234", "EUR", 0); err == nil {
		t.Errorf("got %d, want an error", minor)
	}
}

// TestLenientAmountIsNeverGuessed writes amounts in many notations and reads them back.
func TestLenientAmountIsNeverGuessed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.Int64Range(-1e12, 1e12).Draw(t, "minor")
		mark := rapid.SampledFrom([]string{".", ","}).Draw(t, "mark")
		group := rapid.SampledFrom([]string{"", "'", "’", " ", "\u00a0", "\u202f", ".", ","}).Draw(t, "group")
		if group == mark {
			group = ""
		}
		sign := ""
		if want < 0 {
			sign = "-"
		}
		text := fmt.Sprintf("%s%s%s%02d", sign, groupThousands(max(want, -want)/100, group), mark, max(want, -want)%100)
		got, err := ParseLenientAmount(text, "USD", DetectDecimalMark([]string{text}))
		if err != nil || got != want {
			t.Fatalf("%q: got %d, %v, want %d", text, got, err, want)
		}
		other := byte('.')
		if mark == "." {
			other = ','
		}
		if got, err := ParseLenientAmount(text, "USD", other); err == nil {
			t.Fatalf("%q in a column with the mark %q: got %d, want an error", text, other, got)
		}
	})
}

// groupThousands writes a number with a mark between thousands.
func groupThousands(n int64, mark string) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	return groupThousands(n/1000, mark) + mark + fmt.Sprintf("%03d", n%1000)
}
