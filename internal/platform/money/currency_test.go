package money

import (
	"slices"
	"strings"
	"testing"
)

func TestDigits(t *testing.T) {
	unusual := map[string]int{
		"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
		"UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
		"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
		"CLF": 4, "UYW": 4,
	}
	for _, currency := range currencies {
		want, special := unusual[currency.Code]
		if !special {
			want = 2
		}
		if digits, known := Digits(currency.Code); !known || digits != want {
			t.Errorf("%s has %d digits, %v; want %d", currency.Code, digits, known, want)
		}
		delete(unusual, currency.Code)
	}
	if len(unusual) > 0 {
		t.Errorf("missing: %v", unusual)
	}
}

func TestCurrencies(t *testing.T) {
	active := Currencies()
	if len(active) != 165 {
		t.Errorf("%d active currencies; ISO 4217 of January 2026 has 165 with a minor unit", len(active))
	}
	byCode := func(a, b Currency) int { return strings.Compare(a.Code, b.Code) }
	if !slices.IsSortedFunc(currencies[:], byCode) {
		t.Error("the table is not sorted, so Digits cannot search it")
	}
	names := map[string]string{}
	for _, currency := range currencies {
		if other, taken := names[currency.DisplayName]; taken || currency.DisplayName == "" {
			t.Errorf("%s is called %q, as is %q", currency.Code, currency.DisplayName, other)
		}
		names[currency.DisplayName] = currency.Code
	}
	active[0].Digits = 9
	if digits, _ := Digits(active[0].Code); digits == 9 {
		t.Error("a caller can write into the table")
	}
}
