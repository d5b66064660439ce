package sheet

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"backoffice/internal/platform/money"
)

// currencyMarks are the symbols and abbreviations of currencies in upper case, each with the codes
// that it may stand for.
var currencyMarks = map[string][]string{
	"€": {"EUR"}, "EURO": {"EUR"}, "EUROS": {"EUR"},
	"$": {
		"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU", "BBD", "BSD", "BZD", "FJD",
		"JMD", "LRD", "NAD", "TTD", "XCD", "BMD", "KYD", "GYD", "SBD", "SRD",
	},
	"US$": {"USD"}, "C$": {"CAD", "NIO"}, "CA$": {"CAD"}, "CAN$": {"CAD"}, "A$": {"AUD"}, "AU$": {"AUD"}, "NZ$": {"NZD"},
	"HK$": {"HKD"}, "S$": {"SGD"}, "NT$": {"TWD"}, "MX$": {"MXN"}, "R$": {"BRL"},
	"£": {"GBP", "EGP", "FKP", "GIP", "SHP", "LBP", "SYP"}, "¥": {"JPY", "CNY"}, "円": {"JPY"}, "元": {"CNY"},
	"₹": {"INR"}, "RS": {"INR", "PKR", "LKR", "NPR", "MUR", "SCR"}, "₩": {"KRW"}, "₽": {"RUB"}, "РУБ": {"RUB"},
	"₺": {"TRY"}, "TL": {"TRY"}, "₴": {"UAH"}, "ГРН": {"UAH"}, "₪": {"ILS"}, "฿": {"THB"}, "₫": {"VND"}, "₦": {"NGN"},
	"₱": {"PHP"}, "₡": {"CRC"}, "₲": {"PYG"}, "₵": {"GHS"}, "₸": {"KZT"}, "₾": {"GEL"}, "₼": {"AZN"}, "৳": {"BDT"},
	"KR": {"SEK", "NOK", "DKK", "ISK"}, "ZŁ": {"PLN"}, "ZL": {"PLN"}, "KČ": {"CZK"}, "KC": {"CZK"}, "FR": {"CHF"},
	"SFR": {"CHF"}, "LEI": {"RON", "MDL"}, "LEU": {"RON", "MDL"}, "FT": {"HUF"}, "ЛВ": {"BGN"}, "LV": {"BGN"},
	"R": {"ZAR"}, "RM": {"MYR"}, "RP": {"IDR"}, "KSH": {"KES"}, "DIN": {"RSD"}, "KM": {"BAM"},
}

// IsCurrency reports whether text is the code, the symbol or an abbreviation of a currency.
func IsCurrency(text string) bool {
	text = strings.Trim(strings.ToUpper(strings.TrimSpace(text)), ".")
	_, isCode := money.Digits(text)
	return isCode || currencyMarks[text] != nil
}

// MayBeCurrency reports whether text stands for a currency: it is its code, or a symbol or
// abbreviation that the currency uses.
func MayBeCurrency(text, currency string) bool {
	text = strings.Trim(strings.ToUpper(strings.TrimSpace(text)), ".")
	return text == currency || slices.Contains(currencyMarks[text], currency)
}

// checkAmountCurrency refuses an amount with the code or symbol of another currency, or with other
// text.
func checkAmountCurrency(text, currency string) error {
	mark := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.Is(unicode.Sc, r) {
			return r
		}
		return -1
	}, text)
	switch {
	case mark == "" || MayBeCurrency(mark, currency):
		return nil
	case IsCurrency(mark):
		return fmt.Errorf("the amount is in %s, not in %s", mark, currency)
	}
	return errNotAnAmount
}
