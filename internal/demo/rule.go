package demo

import (
	"context"
	"fmt"
	"slices"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// rules returns the bank rules that follow from the first month's decisions. They apply from
// the second month on.
func (s *studio) rules() []*financev1.BankRule {
	return slices.Concat(s.overheadRules(), s.payRules(), s.projectRules(), s.transferRules())
}

// account returns the identifier of the account with the code.
func (s *studio) account(code string) string { return s.accounts[code].GetId() }

// overheadRules returns the rules for running costs and the bank.
func (s *studio) overheadRules() []*financev1.BankRule {
	savings := s.savings.record.GetId()
	return []*financev1.BankRule{
		{
			DisplayName: "Rent", CounterpartyAccounts: []string{landlord.account}, VendorId: s.vendors[landlord.name],
			AccountId: s.account(rent),
		},
		{DisplayName: "Software", CounterpartyNames: []string{softwareFirm.name}, AccountId: s.account(software)},
		{
			DisplayName: "Telephone, a fifth of it Nora's", CounterpartyNames: []string{telecom.name},
			VendorId: s.vendors[telecom.name], Splits: []*financev1.BankRule_Split{
				{AccountId: s.account(telephone), Percent: "80"},
				{AccountId: s.account(ownersDraw), Memo: "Nora's own calls"},
			},
		},
		{DisplayName: "Insurance", CounterpartyNames: []string{insurer.name}, AccountId: s.account(insurance)},
		{DisplayName: "Electricity", CounterpartyNames: []string{powerCompany.name}, AccountId: s.account(utilities)},
		{DisplayName: "Loan and its interest", Texts: []string{"term loan"}, Splits: []*financev1.BankRule_Split{
			{AccountId: s.account(loans), Amount: money.ToProto(loanPart, currency)},
			{AccountId: s.account(interestPaid), Memo: "Interest"},
		}},
		{
			DisplayName: "Bank fees", Texts: []string{"service fee"}, Direction: financev1.BankRule_OUT,
			AccountId: s.account(bankFees),
		},
		{
			DisplayName: "Interest on savings", BankAccountId: savings, Pattern: "^interest",
			AccountId: s.account(interestEarned),
		},
	}
}

// payRules returns the rules for wages, taxes and the owner's draw.
func (s *studio) payRules() []*financev1.BankRule {
	return []*financev1.BankRule{
		{DisplayName: "Wages", CounterpartyNames: []string{theo.name, amina.name}, AccountId: s.account(wages)},
		{
			DisplayName: "Source deductions", CounterpartyNames: []string{taxOffice.name},
			Texts: []string{"deductions"}, AccountId: s.account(payrollDue),
		},
		{
			DisplayName: "GST", CounterpartyNames: []string{taxOffice.name}, Texts: []string{"gst"},
			AccountId: s.account(salesTax),
		},
		{DisplayName: "Nora's draw", CounterpartyAccounts: []string{nora.account}, Personal: true},
	}
}

// projectRules returns the rules for costs of client projects.
func (s *studio) projectRules() []*financev1.BankRule {
	about := func(code string) []*financev1.BankRule_Split {
		return []*financev1.BankRule_Split{
			{AccountId: s.account(code), DimensionValueIds: s.dimensionValues(projectWork)},
		}
	}
	return []*financev1.BankRule{
		{
			DisplayName: "Prints", CounterpartyNames: []string{printer.name}, VendorId: s.vendors[printer.name],
			Splits: about(materials),
		},
		{
			DisplayName: "Illustration", CounterpartyNames: []string{illustrator.name},
			VendorId: s.vendors[illustrator.name], Splits: about(subcontractors),
		},
	}
}

// transferRules returns the rules for transfers between the own accounts.
func (s *studio) transferRules() []*financev1.BankRule {
	chequing, savings := s.chequing.record.GetId(), s.savings.record.GetId()
	return []*financev1.BankRule{
		{
			DisplayName: "To savings", BankAccountId: chequing, Texts: []string{"to savings"},
			TransferBankAccountId: savings,
		},
		{
			DisplayName: "From chequing", BankAccountId: savings, Texts: []string{"from chequing"},
			TransferBankAccountId: chequing,
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
