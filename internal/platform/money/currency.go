package money

import (
	"slices"
	"strings"
)

// Currency is an ISO 4217 currency.
type Currency struct {
	Code        string // three capital letters
	Digits      int    // digits after the point; 0 for JPY, 2 for USD, 3 for KWD, 4 for CLF
	DisplayName string // in English
	Withdrawn   int    // the last year in which the code was active; 0 if it still is
}

// Digits returns the number of digits that a currency has after the point, and whether the code is
// known. Recently withdrawn currencies are known, because older books contain them. Codes are three
// capital letters.
func Digits(code string) (int, bool) {
	i, known := slices.BinarySearchFunc(currencies[:], code, func(c Currency, code string) int {
		return strings.Compare(c.Code, code)
	})
	if !known {
		return 0, false
	}
	return currencies[i].Digits, true
}

// MaxDigits is the largest number of digits that a currency has after the point.
const MaxDigits = 4

// CodesWithDigits returns the codes of the currencies with the given number of digits after the
// point.
func CodesWithDigits(digits int) (codes []string) {
	for _, c := range currencies {
		if c.Digits == digits {
			codes = append(codes, c.Code)
		}
	}
	return codes
}

// Currencies lists the active currencies, sorted by code.
func Currencies() []Currency {
	return slices.DeleteFunc(slices.Clone(currencies[:]), func(c Currency) bool { return c.Withdrawn != 0 })
}

// currencies is ISO 4217 as of January 2026, sorted by code. It omits codes without a minor unit,
// because no amount can be written in them: metals (XAU), units of account (XDR), testing (XTS) and
// "no currency" (XXX).
var currencies = [...]Currency{
	{Code: "AED", Digits: 2, DisplayName: "UAE Dirham"},
	{Code: "AFN", Digits: 2, DisplayName: "Afghan Afghani"},
	{Code: "ALL", Digits: 2, DisplayName: "Albanian Lek"},
	{Code: "AMD", Digits: 2, DisplayName: "Armenian Dram"},
	{Code: "ANG", Digits: 2, DisplayName: "Netherlands Antillean Guilder", Withdrawn: 2025},
	{Code: "AOA", Digits: 2, DisplayName: "Angolan Kwanza"},
	{Code: "ARS", Digits: 2, DisplayName: "Argentine Peso"},
	{Code: "AUD", Digits: 2, DisplayName: "Australian Dollar"},
	{Code: "AWG", Digits: 2, DisplayName: "Aruban Florin"},
	{Code: "AZN", Digits: 2, DisplayName: "Azerbaijani Manat"},
	{Code: "BAM", Digits: 2, DisplayName: "Bosnia and Herzegovina Convertible Mark"},
	{Code: "BBD", Digits: 2, DisplayName: "Barbadian Dollar"},
	{Code: "BDT", Digits: 2, DisplayName: "Bangladeshi Taka"},
	{Code: "BGN", Digits: 2, DisplayName: "Bulgarian Lev", Withdrawn: 2025},
	{Code: "BHD", Digits: 3, DisplayName: "Bahraini Dinar"},
	{Code: "BIF", Digits: 0, DisplayName: "Burundian Franc"},
	{Code: "BMD", Digits: 2, DisplayName: "Bermudian Dollar"},
	{Code: "BND", Digits: 2, DisplayName: "Brunei Dollar"},
	{Code: "BOB", Digits: 2, DisplayName: "Bolivian Boliviano"},
	{Code: "BOV", Digits: 2, DisplayName: "Bolivian Mvdol"},
	{Code: "BRL", Digits: 2, DisplayName: "Brazilian Real"},
	{Code: "BSD", Digits: 2, DisplayName: "Bahamian Dollar"},
	{Code: "BTN", Digits: 2, DisplayName: "Bhutanese Ngultrum"},
	{Code: "BWP", Digits: 2, DisplayName: "Botswana Pula"},
	{Code: "BYN", Digits: 2, DisplayName: "Belarusian Ruble"},
	{Code: "BZD", Digits: 2, DisplayName: "Belize Dollar"},
	{Code: "CAD", Digits: 2, DisplayName: "Canadian Dollar"},
	{Code: "CDF", Digits: 2, DisplayName: "Congolese Franc"},
	{Code: "CHE", Digits: 2, DisplayName: "WIR Euro"},
	{Code: "CHF", Digits: 2, DisplayName: "Swiss Franc"},
	{Code: "CHW", Digits: 2, DisplayName: "WIR Franc"},
	{Code: "CLF", Digits: 4, DisplayName: "Chilean Unit of Account (UF)"},
	{Code: "CLP", Digits: 0, DisplayName: "Chilean Peso"},
	{Code: "CNY", Digits: 2, DisplayName: "Chinese Yuan"},
	{Code: "COP", Digits: 2, DisplayName: "Colombian Peso"},
	{Code: "COU", Digits: 2, DisplayName: "Colombian Real Value Unit"},
	{Code: "CRC", Digits: 2, DisplayName: "Costa Rican Colón"},
	{Code: "CUC", Digits: 2, DisplayName: "Cuban Convertible Peso", Withdrawn: 2021},
	{Code: "CUP", Digits: 2, DisplayName: "Cuban Peso"},
	{Code: "CVE", Digits: 2, DisplayName: "Cape Verdean Escudo"},
	{Code: "CZK", Digits: 2, DisplayName: "Czech Koruna"},
	{Code: "DJF", Digits: 0, DisplayName: "Djiboutian Franc"},
	{Code: "DKK", Digits: 2, DisplayName: "Danish Krone"},
	{Code: "DOP", Digits: 2, DisplayName: "Dominican Peso"},
	{Code: "DZD", Digits: 2, DisplayName: "Algerian Dinar"},
	{Code: "EGP", Digits: 2, DisplayName: "Egyptian Pound"},
	{Code: "ERN", Digits: 2, DisplayName: "Eritrean Nakfa"},
	{Code: "ETB", Digits: 2, DisplayName: "Ethiopian Birr"},
	{Code: "EUR", Digits: 2, DisplayName: "Euro"},
	{Code: "FJD", Digits: 2, DisplayName: "Fijian Dollar"},
	{Code: "FKP", Digits: 2, DisplayName: "Falkland Islands Pound"},
	{Code: "GBP", Digits: 2, DisplayName: "Pound Sterling"},
	{Code: "GEL", Digits: 2, DisplayName: "Georgian Lari"},
	{Code: "GHS", Digits: 2, DisplayName: "Ghanaian Cedi"},
	{Code: "GIP", Digits: 2, DisplayName: "Gibraltar Pound"},
	{Code: "GMD", Digits: 2, DisplayName: "Gambian Dalasi"},
	{Code: "GNF", Digits: 0, DisplayName: "Guinean Franc"},
	{Code: "GTQ", Digits: 2, DisplayName: "Guatemalan Quetzal"},
	{Code: "GYD", Digits: 2, DisplayName: "Guyanese Dollar"},
	{Code: "HKD", Digits: 2, DisplayName: "Hong Kong Dollar"},
	{Code: "HNL", Digits: 2, DisplayName: "Honduran Lempira"},
	{Code: "HRK", Digits: 2, DisplayName: "Croatian Kuna", Withdrawn: 2022},
	{Code: "HTG", Digits: 2, DisplayName: "Haitian Gourde"},
	{Code: "HUF", Digits: 2, DisplayName: "Hungarian Forint"},
	{Code: "IDR", Digits: 2, DisplayName: "Indonesian Rupiah"},
	{Code: "ILS", Digits: 2, DisplayName: "Israeli New Shekel"},
	{Code: "INR", Digits: 2, DisplayName: "Indian Rupee"},
	{Code: "IQD", Digits: 3, DisplayName: "Iraqi Dinar"},
	{Code: "IRR", Digits: 2, DisplayName: "Iranian Rial"},
	{Code: "ISK", Digits: 0, DisplayName: "Icelandic Króna"},
	{Code: "JMD", Digits: 2, DisplayName: "Jamaican Dollar"},
	{Code: "JOD", Digits: 3, DisplayName: "Jordanian Dinar"},
	{Code: "JPY", Digits: 0, DisplayName: "Japanese Yen"},
	{Code: "KES", Digits: 2, DisplayName: "Kenyan Shilling"},
	{Code: "KGS", Digits: 2, DisplayName: "Kyrgyzstani Som"},
	{Code: "KHR", Digits: 2, DisplayName: "Cambodian Riel"},
	{Code: "KMF", Digits: 0, DisplayName: "Comorian Franc"},
	{Code: "KPW", Digits: 2, DisplayName: "North Korean Won"},
	{Code: "KRW", Digits: 0, DisplayName: "South Korean Won"},
	{Code: "KWD", Digits: 3, DisplayName: "Kuwaiti Dinar"},
	{Code: "KYD", Digits: 2, DisplayName: "Cayman Islands Dollar"},
	{Code: "KZT", Digits: 2, DisplayName: "Kazakhstani Tenge"},
	{Code: "LAK", Digits: 2, DisplayName: "Lao Kip"},
	{Code: "LBP", Digits: 2, DisplayName: "Lebanese Pound"},
	{Code: "LKR", Digits: 2, DisplayName: "Sri Lankan Rupee"},
	{Code: "LRD", Digits: 2, DisplayName: "Liberian Dollar"},
	{Code: "LSL", Digits: 2, DisplayName: "Lesotho Loti"},
	{Code: "LYD", Digits: 3, DisplayName: "Libyan Dinar"},
	{Code: "MAD", Digits: 2, DisplayName: "Moroccan Dirham"},
	{Code: "MDL", Digits: 2, DisplayName: "Moldovan Leu"},
	{Code: "MGA", Digits: 2, DisplayName: "Malagasy Ariary"},
	{Code: "MKD", Digits: 2, DisplayName: "Macedonian Denar"},
	{Code: "MMK", Digits: 2, DisplayName: "Myanmar Kyat"},
	{Code: "MNT", Digits: 2, DisplayName: "Mongolian Tögrög"},
	{Code: "MOP", Digits: 2, DisplayName: "Macanese Pataca"},
	{Code: "MRU", Digits: 2, DisplayName: "Mauritanian Ouguiya"},
	{Code: "MUR", Digits: 2, DisplayName: "Mauritian Rupee"},
	{Code: "MVR", Digits: 2, DisplayName: "Maldivian Rufiyaa"},
	{Code: "MWK", Digits: 2, DisplayName: "Malawian Kwacha"},
	{Code: "MXN", Digits: 2, DisplayName: "Mexican Peso"},
	{Code: "MXV", Digits: 2, DisplayName: "Mexican Investment Unit (UDI)"},
	{Code: "MYR", Digits: 2, DisplayName: "Malaysian Ringgit"},
	{Code: "MZN", Digits: 2, DisplayName: "Mozambican Metical"},
	{Code: "NAD", Digits: 2, DisplayName: "Namibian Dollar"},
	{Code: "NGN", Digits: 2, DisplayName: "Nigerian Naira"},
	{Code: "NIO", Digits: 2, DisplayName: "Nicaraguan Córdoba"},
	{Code: "NOK", Digits: 2, DisplayName: "Norwegian Krone"},
	{Code: "NPR", Digits: 2, DisplayName: "Nepalese Rupee"},
	{Code: "NZD", Digits: 2, DisplayName: "New Zealand Dollar"},
	{Code: "OMR", Digits: 3, DisplayName: "Omani Rial"},
	{Code: "PAB", Digits: 2, DisplayName: "Panamanian Balboa"},
	{Code: "PEN", Digits: 2, DisplayName: "Peruvian Sol"},
	{Code: "PGK", Digits: 2, DisplayName: "Papua New Guinean Kina"},
	{Code: "PHP", Digits: 2, DisplayName: "Philippine Peso"},
	{Code: "PKR", Digits: 2, DisplayName: "Pakistani Rupee"},
	{Code: "PLN", Digits: 2, DisplayName: "Polish Złoty"},
	{Code: "PYG", Digits: 0, DisplayName: "Paraguayan Guaraní"},
	{Code: "QAR", Digits: 2, DisplayName: "Qatari Riyal"},
	{Code: "RON", Digits: 2, DisplayName: "Romanian Leu"},
	{Code: "RSD", Digits: 2, DisplayName: "Serbian Dinar"},
	{Code: "RUB", Digits: 2, DisplayName: "Russian Ruble"},
	{Code: "RWF", Digits: 0, DisplayName: "Rwandan Franc"},
	{Code: "SAR", Digits: 2, DisplayName: "Saudi Riyal"},
	{Code: "SBD", Digits: 2, DisplayName: "Solomon Islands Dollar"},
	{Code: "SCR", Digits: 2, DisplayName: "Seychellois Rupee"},
	{Code: "SDG", Digits: 2, DisplayName: "Sudanese Pound"},
	{Code: "SEK", Digits: 2, DisplayName: "Swedish Krona"},
	{Code: "SGD", Digits: 2, DisplayName: "Singapore Dollar"},
	{Code: "SHP", Digits: 2, DisplayName: "Saint Helena Pound"},
	{Code: "SLE", Digits: 2, DisplayName: "Sierra Leonean Leone"},
	{Code: "SLL", Digits: 2, DisplayName: "Sierra Leonean Leone (1964–2022)", Withdrawn: 2023},
	{Code: "SOS", Digits: 2, DisplayName: "Somali Shilling"},
	{Code: "SRD", Digits: 2, DisplayName: "Surinamese Dollar"},
	{Code: "SSP", Digits: 2, DisplayName: "South Sudanese Pound"},
	{Code: "STN", Digits: 2, DisplayName: "São Tomé and Príncipe Dobra"},
	{Code: "SVC", Digits: 2, DisplayName: "Salvadoran Colón"},
	{Code: "SYP", Digits: 2, DisplayName: "Syrian Pound"},
	{Code: "SZL", Digits: 2, DisplayName: "Swazi Lilangeni"},
	{Code: "THB", Digits: 2, DisplayName: "Thai Baht"},
	{Code: "TJS", Digits: 2, DisplayName: "Tajikistani Somoni"},
	{Code: "TMT", Digits: 2, DisplayName: "Turkmenistan Manat"},
	{Code: "TND", Digits: 3, DisplayName: "Tunisian Dinar"},
	{Code: "TOP", Digits: 2, DisplayName: "Tongan Paʻanga"},
	{Code: "TRY", Digits: 2, DisplayName: "Turkish Lira"},
	{Code: "TTD", Digits: 2, DisplayName: "Trinidad and Tobago Dollar"},
	{Code: "TWD", Digits: 2, DisplayName: "New Taiwan Dollar"},
	{Code: "TZS", Digits: 2, DisplayName: "Tanzanian Shilling"},
	{Code: "UAH", Digits: 2, DisplayName: "Ukrainian Hryvnia"},
	{Code: "UGX", Digits: 0, DisplayName: "Ugandan Shilling"},
	{Code: "USD", Digits: 2, DisplayName: "US Dollar"},
	{Code: "USN", Digits: 2, DisplayName: "US Dollar (next day)"},
	{Code: "UYI", Digits: 0, DisplayName: "Uruguayan Peso in Indexed Units (UI)"},
	{Code: "UYU", Digits: 2, DisplayName: "Uruguayan Peso"},
	{Code: "UYW", Digits: 4, DisplayName: "Uruguayan Pension Unit (UP)"},
	{Code: "UZS", Digits: 2, DisplayName: "Uzbekistani Som"},
	{Code: "VED", Digits: 2, DisplayName: "Venezuelan Digital Bolívar"},
	{Code: "VES", Digits: 2, DisplayName: "Venezuelan Bolívar"},
	{Code: "VND", Digits: 0, DisplayName: "Vietnamese Đồng"},
	{Code: "VUV", Digits: 0, DisplayName: "Vanuatu Vatu"},
	{Code: "WST", Digits: 2, DisplayName: "Samoan Tālā"},
	{Code: "XAD", Digits: 2, DisplayName: "Arab Accounting Dinar"},
	{Code: "XAF", Digits: 0, DisplayName: "Central African CFA Franc"},
	{Code: "XCD", Digits: 2, DisplayName: "East Caribbean Dollar"},
	{Code: "XCG", Digits: 2, DisplayName: "Caribbean Guilder"},
	{Code: "XOF", Digits: 0, DisplayName: "West African CFA Franc"},
	{Code: "XPF", Digits: 0, DisplayName: "CFP Franc"},
	{Code: "YER", Digits: 2, DisplayName: "Yemeni Rial"},
	{Code: "ZAR", Digits: 2, DisplayName: "South African Rand"},
	{Code: "ZMW", Digits: 2, DisplayName: "Zambian Kwacha"},
	{Code: "ZWG", Digits: 2, DisplayName: "Zimbabwe Gold"},
	{Code: "ZWL", Digits: 2, DisplayName: "Zimbabwean Dollar (2009–2024)", Withdrawn: 2024},
}
