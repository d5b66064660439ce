package letter

import (
	"strings"

	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TransferCode returns the content of the QR code from which banking apps in the euro area fill in
// a SEPA credit transfer (EPC069-12, version 002). It returns "" if the amount is not in euros, is
// not positive or too large, or if there is no IBAN.
func TransferCode(name, iban, bic string, amount *typepb.Money, reference string) string {
	iban = strings.ToUpper(strings.ReplaceAll(iban, " ", ""))
	whole, _, _ := strings.Cut(amount.GetAmount(), ".")
	if iban == "" || amount.GetCurrencyCode() != "EUR" || strings.HasPrefix(whole, "-") || len(whole) > 9 ||
		strings.Trim(amount.GetAmount(), "0.") == "" {
		return ""
	}
	lines := []string{
		"BCD", "002", "1", "SCT", strings.ToUpper(strings.ReplaceAll(bic, " ", "")), cut(name, 70), iban,
		"EUR" + amount.GetAmount(), "", "", cut(reference, 140),
	}
	return strings.Join(lines, "\n")
}

// cut returns the first n characters of a text, on one line.
func cut(text string, n int) string {
	letters := []rune(strings.Join(strings.Fields(text), " "))
	return string(letters[:min(n, len(letters))])
}
