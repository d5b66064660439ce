package sheet

import "testing"

// TestLooseAmount holds what tables write around an amount to be read, and what stands
// inside of one to be refused.
func TestLooseAmount(t *testing.T) {
	for _, c := range []struct {
		text  string
		mark  byte
		minor int64
	}{
		{"1,234.50", '.', 123450}, {"1.234,50-", ',', -123450}, {"(12.00)", '.', -1200}, {"12,00 S", ',', -1200},
		{"12.00 CR", '.', 1200}, {"EUR -5,00", ',', -500}, {"\u221212.00 \u20ac", '.', -1200}, {"1'000.00", '.', 100000},
		{"$5", 0, 500}, {"1 234,50 kr", ',', 123450},
	} {
		if minor, err := ParseLooseAmount(c.text, "EUR", c.mark); err != nil || minor != c.minor {
			t.Errorf("%q gives %d, %v; want %d", c.text, minor, err, c.minor)
		}
	}
	// Spreadsheets write large numbers as powers of ten; the rest are dates, ranges and codes.
	for _, text := range []string{"1E+05", "1E5", "1.5e3", "0x10", "12-34", "2026-11-21", "12a34", "5 EUR 3", "--5", "", "EUR", "."} {
		if minor, err := ParseLooseAmount(text, "EUR", '.'); err == nil {
			t.Errorf("%q gives %d", text, minor)
		}
	}
}
