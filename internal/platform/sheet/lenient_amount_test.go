package sheet

import "testing"

// TestParseLenientAmount checks that signs, currencies and side letters around an amount are accepted,
// and that other characters inside of it are refused.
func TestParseLenientAmount(t *testing.T) {
	for _, c := range []struct {
		text  string
		mark  byte
		minor int64
	}{
		{"1,234.50", '.', 123450}, {"1.234,50-", ',', -123450}, {"(12.00)", '.', -1200}, {"12,00 S", ',', -1200},
		{"12.00 CR", '.', 1200}, {"EUR -5,00", ',', -500}, {"\u221212.00 \u20ac", '.', -1200}, {"1'000.00", '.', 100000},
		{"$5", 0, 500}, {"1 234,50 kr", ',', 123450},
	} {
		if minor, err := ParseLenientAmount(c.text, "EUR", c.mark); err != nil || minor != c.minor {
			t.Errorf("%q: got %d, %v, want %d", c.text, minor, err, c.minor)
		}
	}
	// Spreadsheets write large numbers with an exponent. The others are dates, ranges and codes.
	for _, text := range []string{
		"1E+05", "1E5", "1.5e3", "0x10", "12-34", "2026-11-21", "12a34", "5 EUR 3", "--5", "", "EUR", ".",
	} {
		if minor, err := ParseLenientAmount(text, "EUR", '.'); err == nil {
			t.Errorf("%q: got %d, want an error", text, minor)
		}
	}
}
