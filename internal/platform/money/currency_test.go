package money

import (
	"slices"
	"strings"
	"testing"
)

func TestDigitsFollowISO4217(t *testing.T) {
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
			t.Errorf("Digits(%q) = %d, %v, want %d", currency.Code, digits, known, want)
		}
		delete(unusual, currency.Code)
	}
	if len(unusual) > 0 {
		t.Errorf("currencies missing from the table: %v", unusual)
	}
}

func TestCurrenciesAreComplete(t *testing.T) {
	active := Currencies()
	if len(active) != 165 {
		t.Errorf("got %d active currencies, want the 165 of ISO 4217 with a minor unit", len(active))
	}
	byCode := func(a, b Currency) int { return strings.Compare(a.Code, b.Code) }
	if !slices.IsSortedFunc(currencies[:], byCode) {
		t.Error("the table is not sorted by code, so Digits cannot search it")
	}
	names := map[string]string{}
	for _, currency := range currencies {
		if other, taken := names[currency.DisplayName]; taken || currency.DisplayName == "" {
			t.Errorf("%s has the name %q, which is empty or also that of %q", currency.Code, currency.DisplayName, other)
		}
		names[currency.DisplayName] = currency.Code
	}
	active[0].Digits = 9
	if digits, _ := Digits(active[0].Code); digits == 9 {
		t.Error("changing the result of Currencies changed the table")
	}
}
