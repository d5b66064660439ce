package statement

import (
	"regexp"
	"strings"

	"backoffice/internal/platform/sheet"
)

// AccountMatch says whether a statement is of an account.
type AccountMatch int

// The results of MatchAccount.
const (
	OtherAccount    AccountMatch = iota // the numbers are of two accounts
	SameAccount                         // the numbers are equal, apart from their grouping
	AnotherNotation                     // the numbers are two notations of one account
	UnknownAccount                      // the notations cannot be compared, or the file names no account
)

// MatchAccount compares the statement's account with an account number of the bank or of a person.
// Banks write one number as an IBAN or in the national form, with leading zeros, or with the
// currency after it.
func (s Statement) MatchAccount(number string) AccountMatch {
	ours, theirs := CompactNumber(number), CompactNumber(s.AccountNumber)
	switch {
	case theirs == "" || ours == "":
		return UnknownAccount
	case ours == theirs:
		return SameAccount
	case maskedEnding(ours) != "" || maskedEnding(theirs) != "":
		return matchMasked(ours, theirs)
	}
	ourIBAN, theirIBAN := findIBAN(ours), findIBAN(theirs)
	switch {
	case ourIBAN != "" && theirIBAN != "":
		return anotherNotationIf(ourIBAN == theirIBAN)
	case ourIBAN != "":
		return matchIBAN(ourIBAN, CompactNumber(s.BankCode), TrimAccountCurrency(theirs))
	case theirIBAN != "":
		return matchIBAN(theirIBAN, "", TrimAccountCurrency(ours))
	}
	ours, theirs = trimNumber(ours), trimNumber(theirs)
	bank := strings.TrimLeft(CompactNumber(s.BankCode), "0")
	return anotherNotationIf(ours == theirs || trimNumber(strings.TrimPrefix(ours, bank)) == theirs)
}

// ibanPattern matches an IBAN (ISO 13616) without spaces.
var ibanPattern = regexp.MustCompile(`[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}`)

// findIBAN returns the IBAN in a number, or "". Banks write words before it, and the currency after
// it.
func findIBAN(number string) string {
	iban := ibanPattern.FindString(TrimAccountCurrency(number))
	if iban == "" {
		return ""
	}
	if form, known := nationalNumbers[iban[:2]]; known {
		return iban[:min(len(iban), len("DE00")+form.length)]
	}
	return iban
}

func anotherNotationIf(same bool) AccountMatch {
	if same {
		return AnotherNotation
	}
	return OtherAccount
}

// CompactNumber removes what people and banks put between the groups of a number.
func CompactNumber(number string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -/.\u00a0", r) {
			return -1
		}
		return r
	}, strings.ToUpper(number))
}

// trimNumber removes the currency after a national number and the zeros before it.
func trimNumber(number string) string { return strings.TrimLeft(TrimAccountCurrency(number), "0") }

// TrimAccountCurrency removes a currency code that follows the digits of an account number.
func TrimAccountCurrency(number string) string {
	digits := len(number) - 3
	if digits < 1 || !isUpper(number[digits:]) {
		return number
	}
	number, suffix := strings.TrimRight(number[:digits], " "), number
	if number == "" || !sheet.IsDigits(number[len(number)-1:]) {
		return suffix
	}
	return number
}

func isUpper(text string) bool { return strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" }

// maskedEnding returns the digits after the masked part of a number, such as those of `XXXX1234`.
// It returns "" for a number that is not masked.
func maskedEnding(number string) string {
	ending := strings.TrimLeft(number, "X*•")
	if len(number)-len(ending) < 2 || len(ending) < 4 || !sheet.IsDigits(ending) {
		return ""
	}
	return ending
}

func matchMasked(a, b string) AccountMatch {
	x, y := strings.TrimLeft(a, "X*•"), strings.TrimLeft(b, "X*•")
	return anotherNotationIf(strings.HasSuffix(x, y) || strings.HasSuffix(y, x))
}

// nationalNumber says where the bank code and the account number are in the part of an IBAN after
// the country and the check digits (ISO 13616 registry).
type nationalNumber struct{ length, bank, account, end int }

var nationalNumbers = map[string]nationalNumber{
	"AT": {16, 5, 5, 16}, "BE": {12, 3, 0, 12}, "CH": {17, 5, 5, 17}, "CZ": {20, 4, 4, 20}, "DE": {18, 8, 8, 18},
	"DK": {14, 4, 4, 14}, "ES": {20, 8, 10, 20}, "FI": {14, 3, 3, 14}, "FR": {23, 10, 10, 21}, "GB": {18, 4, 10, 18},
	"HU": {24, 7, 8, 24}, "IE": {18, 4, 10, 18}, "IT": {23, 11, 11, 23}, "LI": {17, 5, 5, 17}, "LU": {16, 3, 3, 16},
	"NL": {14, 4, 4, 14}, "NO": {11, 4, 0, 11}, "PL": {24, 8, 8, 24}, "PT": {21, 8, 8, 19}, "SE": {20, 3, 3, 20},
	"SK": {20, 4, 4, 20},
}

// matchIBAN compares an IBAN with a national number, to which the bank code may belong. It decides
// only where it knows the country's form.
func matchIBAN(iban, bank, number string) AccountMatch {
	national := iban[4:]
	form, known := nationalNumbers[iban[:2]]
	if !known || len(national) < form.length {
		return UnknownAccount
	}
	national = national[:form.length]
	ours, theirs := trimNumber(national[form.account:form.end]), trimNumber(number)
	if theirs == trimNumber(national) || theirs == trimNumber(national[:form.end]) {
		return AnotherNotation
	}
	if after, ok := strings.CutPrefix(number, national[:form.bank]); ok && trimNumber(after) == ours {
		return AnotherNotation
	}
	nationalBank := national[:form.bank]
	if sheet.IsDigits(bank) && sheet.IsDigits(nationalBank) && len(bank) == form.bank && bank != nationalBank {
		return OtherAccount
	}
	return anotherNotationIf(ours == theirs)
}
