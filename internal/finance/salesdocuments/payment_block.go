package salesdocuments

import (
	"regexp"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/iban"
	"backoffice/internal/platform/paper/letter"
)

// paymentTo returns how to pay an amount to a bank account, nil if customers are told none. In the
// euro area banking apps can scan a code.
func (s setting) paymentTo(
	account *pb.BankAccount, text string, amount *typepb.Money, reference string,
) letter.Payment {
	w := s.words
	out := letter.Payment{Heading: w.payment, Text: text}
	if account == nil {
		return out
	}
	number := letter.Fact{Label: w.accountNumber, Value: account.GetAccountNumber()}
	bank := letter.Fact{Label: w.bankCode, Value: account.GetBankCode()}
	if iban.Is(account.GetAccountNumber()) {
		number = letter.Fact{Label: "IBAN", Value: iban.Grouped(account.GetAccountNumber())}
	}
	if bic := bicOf(account); bic != "" {
		bank.Label = "BIC"
	}
	out.Code, out.CodeLabel = s.transferCode(account, amount, reference), w.scan
	out.Facts = facts(letter.Fact{Label: w.accountHolder, Value: s.sellerName()}, number, bank,
		letter.Fact{Label: w.paymentReference, Value: reference})
	return out
}

// paymentRequest asks to pay an amount by a day, which may have passed.
func (s setting) paymentRequest(amount *typepb.Money, dueDate string, today calendar.Date) string {
	text := s.words.payBy
	if dueDate < today.String() {
		text = s.words.overdue
	}
	return format(text, s.language.Money(amount), s.date(dueDate))
}

// transferCode returns the content of a QR code for a transfer, or "" if the account has no IBAN or
// the amount is not in euros.
func (s setting) transferCode(account *pb.BankAccount, amount *typepb.Money, reference string) string {
	if !iban.Is(account.GetAccountNumber()) {
		return ""
	}
	return letter.TransferCode(s.sellerName(), account.GetAccountNumber(), bicOf(account), amount, reference)
}

// bicPattern is a business identifier code (ISO 9362): bank, country, place and branch.
var bicPattern = regexp.MustCompile(`^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$`)

// bicOf returns the BIC of a bank account, or "" if its bank code is a national one.
func bicOf(account *pb.BankAccount) string {
	if code := account.GetBankCode(); bicPattern.MatchString(code) {
		return code
	}
	return ""
}
