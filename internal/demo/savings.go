package demo

import (
	"context"
	"fmt"
	"strings"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
)

// savingsMonths is how many months the savings account's file goes back.
const savingsMonths = 24

// interest is the account of the chart for interest earned.
const interest = "4800"

// save brings two years of a savings account in, which a rule decides line by line, and
// reconciles it.
func (s *studio) save(ctx context.Context) error {
	rule := &financev1.BankRule{DisplayName: "Interest on savings", Texts: []string{"interest"}, Direction: financev1.BankRule_IN, AccountId: s.accounts[interest].GetId()}
	account := &financev1.BankAccount{DisplayName: "Rainy days", Kind: financev1.BankAccount_SAVINGS}
	if err := s.api.post(ctx, "/v1/bankRules", rule, rule); err != nil {
		return err
	}
	if err := s.api.post(ctx, "/v1/bankAccounts", account, account); err != nil {
		return err
	}
	content, balance, last := s.interestFile()
	done := &financev1.StatementImport{FileName: "rainy-days.csv", Content: []byte(content)}
	if err := s.api.post(ctx, "/v1/bankAccounts/"+account.GetId()+"/statementImports", done, done); err != nil {
		return err
	}
	r := &financev1.Reconciliation{BankAccountId: account.GetId(), StatementDate: last, StatementBalance: &typev1.Money{Amount: balance}}
	if err := s.api.post(ctx, "/v1/reconciliations", r, r); err != nil {
		return err
	}
	if err := s.api.post(ctx, "/v1/reconciliations/"+r.GetId()+":complete", &financev1.CompleteReconciliationRequest{}, r); err != nil {
		return err
	}
	s.tell("\nTwo years of savings, %d lines of a CSV file, were decided by the rule %q; statement and books agree on %s at %s.",
		done.GetNewCount(), rule.GetDisplayName(), r.GetBookBalance().GetAmount(), r.GetStatementDate())
	return nil
}

// interestFile is the bank's file of the last two years, its balance, and its last day.
func (s *studio) interestFile() (content, balance, last string) {
	var file strings.Builder
	file.WriteString("Date;Text;Betrag;Saldo\n")
	cents := 0
	for n := savingsMonths; n > 0; n-- {
		last = s.today.FirstOfMonth().AddMonths(-n).LastOfMonth().String()
		earned := 1500 + 25*(savingsMonths-n)
		cents += earned
		balance = fmt.Sprintf("%d.%02d", cents/100, cents%100)
		fmt.Fprintf(&file, "%s;Interest paid;%d,%02d;%s\n", last, earned/100, earned%100, strings.Replace(balance, ".", ",", 1))
	}
	return file.String(), balance, last
}
