package demo

import (
	"context"
	"fmt"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// rules returns the bank rules that follow from the first month's decisions. They apply from
// the second month on.
func (s *studio) rules() []*financev1.BankRule {
	account := func(code string) string { return s.accounts[code].GetId() }
	about := func(code string) []*financev1.BankRule_Split {
		return []*financev1.BankRule_Split{
			{AccountId: account(code), DimensionValueIds: s.dimensionValues(projectWork)},
		}
	}
	chequing, savings := s.chequing.record.GetId(), s.savings.record.GetId()
	return []*financev1.BankRule{
		{
			DisplayName: "Rent", CounterpartyAccounts: []string{landlord.account}, VendorId: s.vendors[landlord.name],
			AccountId: account(rent),
		},
		{DisplayName: "Software", CounterpartyNames: []string{softwareFirm.name}, AccountId: account(software)},
		{
			DisplayName: "Telephone, a fifth of it Nora's", CounterpartyNames: []string{telecom.name},
			VendorId: s.vendors[telecom.name], Splits: []*financev1.BankRule_Split{
				{AccountId: account(telephone), Percent: "80"},
				{AccountId: account(ownersDraw), Memo: "Nora's own calls"},
			},
		},
		{DisplayName: "Insurance", CounterpartyNames: []string{insurer.name}, AccountId: account(insurance)},
		{DisplayName: "Electricity", CounterpartyNames: []string{powerCompany.name}, AccountId: account(utilities)},
		{
			DisplayName: "Prints", CounterpartyNames: []string{printer.name}, VendorId: s.vendors[printer.name],
			Splits: about(materials),
		},
		{DisplayName: "Loan and its interest", Texts: []string{"term loan"}, Splits: []*financev1.BankRule_Split{
			{AccountId: account(loans), Amount: money.ToProto(loanPart, currency)},
			{AccountId: account(interestPaid), Memo: "Interest"},
		}},
		{
			DisplayName: "Bank fees", Texts: []string{"service fee"}, Direction: financev1.BankRule_OUT,
			AccountId: account(bankFees),
		},
		{DisplayName: "Wages", CounterpartyNames: []string{theo.name, amina.name}, AccountId: account(wages)},
		{
			DisplayName: "Source deductions", CounterpartyNames: []string{taxOffice.name},
			Texts: []string{"deductions"}, AccountId: account(payrollDue),
		},
		{
			DisplayName: "GST", CounterpartyNames: []string{taxOffice.name}, Texts: []string{"gst"},
			AccountId: account(salesTax),
		},
		{
			DisplayName: "Illustration", CounterpartyNames: []string{illustrator.name},
			VendorId: s.vendors[illustrator.name], Splits: about(subcontractors),
		},
		{DisplayName: "Nora's draw", CounterpartyAccounts: []string{nora.account}, Personal: true},
		{
			DisplayName: "To savings", BankAccountId: chequing, Texts: []string{"to savings"},
			TransferBankAccountId: savings,
		},
		{
			DisplayName: "From chequing", BankAccountId: savings, Texts: []string{"from chequing"},
			TransferBankAccountId: chequing,
		},
		{
			DisplayName: "Interest on savings", BankAccountId: savings, Pattern: "^interest",
			AccountId: account(interestEarned),
		},
	}
}

// makeRules tests each rule on the lines of the first month and then creates it.
func (s *studio) makeRules(ctx context.Context) error {
	rules := s.rules()
	var would int
	for i, r := range rules {
		tried := &financev1.TestBankRuleResponse{}
		if err := s.api.post(ctx, "/v1/bankRules:test", &financev1.TestBankRuleRequest{BankRule: r},
			tried); err != nil {
			return fmt.Errorf("%s: %w", r.GetDisplayName(), err)
		}
		would += len(tried.GetBankStatementLines())
		r.Position = int32(10 * (i + 1))
		if err := s.api.post(ctx, "/v1/bankRules", r, r); err != nil {
			return fmt.Errorf("%s: %w", r.GetDisplayName(), err)
		}
	}
	s.addLine("         %d rules were created from these decisions. "+
		"Tested on the first month, they would have decided %d of its lines.", len(rules), would)
	return nil
}
