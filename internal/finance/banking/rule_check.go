package banking

import (
	"context"
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// checkRule validates a bank rule. It refuses conditions that cannot be read, an unclear effect,
// and accounts that lines cannot be posted to.
func checkRule(ctx context.Context, tx *db.Tx, was, r *pb.BankRule) error {
	var account *pb.BankAccount // the bank account whose lines it matches; nil for all
	currency := tx.Call().Organization.CurrencyCode
	if r.BankAccountId != "" {
		var err error
		if account, err = bankAccounts.Resolve(ctx, tx, "bankAccountId", r.BankAccountId); err != nil {
			return err
		}
		currency = account.CurrencyCode
	}
	fillCurrencies(r, currency)
	if err := checkRuleAccounts(ctx, tx, r, account.GetLedgerAccountId()); err != nil {
		return err
	}
	if err := checkRuleTransfer(ctx, tx, r, account); err != nil {
		return err
	}
	if err := checkRuleTaxCodes(ctx, tx, was, r); err != nil {
		return err
	}
	return checkRuleConditions(r)
}

// fillCurrencies sets the currency of amounts that have none, and writes the amounts of splits with
// all digits of their currency.
func fillCurrencies(r *pb.BankRule, currency string) {
	amounts := []*typepb.Money{r.MinAmount, r.MaxAmount}
	for _, s := range r.Splits {
		amounts = append(amounts, s.Amount)
	}
	for _, m := range amounts {
		if m != nil && m.CurrencyCode == "" {
			m.CurrencyCode = currency
		}
	}
	for _, s := range r.Splits {
		if minor, err := money.Parse(s.GetAmount().GetAmount(), s.GetAmount().GetCurrencyCode()); s.Amount != nil &&
			err == nil {
			s.Amount = money.ToProto(minor, s.Amount.CurrencyCode)
		}
	}
}

// describePatternError describes the error of a regular expression and where it is.
func describePatternError(err error) string {
	var broken *syntax.Error
	if !errors.As(err, &broken) {
		return "it is too large"
	}
	return fmt.Sprintf("%s at %.100q", broken.Code, broken.Expr)
}

// checkRuleConditions refuses a rule whose conditions cannot be read, or that does not have exactly
// one effect.
func checkRuleConditions(r *pb.BankRule) error {
	var violations fault.List
	if _, err := newMatcher(r); err != nil {
		violations.Append(fault.At("pattern", "is not a valid regular expression: %s", describePatternError(err)))
	}
	for i, account := range r.CounterpartyAccounts {
		if normalizeAccountNumber(account) == "" {
			violations.Append(fault.At(fmt.Sprintf("counterpartyAccounts[%d]", i), "must contain a letter or a digit"))
		}
	}
	effects := 0
	for _, isSet := range []bool{
		r.AccountId != "", len(r.Splits) > 0, r.TransferBankAccountId != "", r.Personal, r.ExcludeReason != "",
	} {
		if isSet {
			effects++
		}
	}
	if effects != 1 {
		violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_BANK_RULE_EFFECT_UNCLEAR,
			fault.At("accountId", "is one of five effects; set exactly one of accountId, splits, "+
				"transferBankAccountId, personal and excludeReason")))
	}
	if r.VendorId != "" && (r.TransferBankAccountId != "" || r.Personal) {
		violations.Append(
			fault.At("vendorId", "must be empty in a rule for transfers or personal spending, which pay no vendor"),
		)
	}
	if r.TaxCodeId != "" && r.AccountId == "" {
		violations.Append(fault.At("taxCodeId", "must be empty unless accountId is set; splits have their own"))
	}
	if len(r.Splits) > 0 {
		_, err := ruleShares(r.Splits)
		violations.MergeViolations("", err)
	}
	return violations.Err()
}

// checkRuleAccounts refuses accounts and dimension values that do not exist, are archived, or
// accept no postings of statement lines. own is the ledger account of the bank account whose lines
// the rule matches, or "" if it matches those of all.
func checkRuleAccounts(ctx context.Context, tx *db.Tx, r *pb.BankRule, own string) error {
	var violations fault.List
	if r.AccountId != "" {
		if err := violations.Merge("", checkRuleAccount(ctx, tx, "accountId", r.AccountId, own)); err != nil {
			return err
		}
	}
	for i, s := range r.Splits {
		at := fmt.Sprintf("splits[%d]", i)
		if err := violations.Merge("", checkRuleAccount(ctx, tx, at+".accountId", s.AccountId, own)); err != nil {
			return err
		}
		if err := violations.Merge(at, ledger.CheckDimensionValues(ctx, tx, s.DimensionValueIds)); err != nil {
			return err
		}
	}
	return violations.Err()
}

// checkRuleTaxCodes refuses tax codes that do not exist or are archived, except those that the rule
// had before.
func checkRuleTaxCodes(ctx context.Context, tx *db.Tx, was, r *pb.BankRule) error {
	had := map[string]bool{"": true, was.GetTaxCodeId(): true}
	for _, s := range was.GetSplits() {
		had[s.TaxCodeId] = true
	}
	var violations fault.List
	check := func(field, code string) error {
		if had[code] {
			return nil
		}
		return violations.Merge("", resource.CheckReference(ctx, tx, "txk", field, code))
	}
	if err := check("taxCodeId", r.TaxCodeId); err != nil {
		return err
	}
	for i, s := range r.Splits {
		if err := check(fmt.Sprintf("splits[%d].taxCodeId", i), s.TaxCodeId); err != nil {
			return err
		}
	}
	return violations.Err()
}

// checkRuleAccount refuses an account that lines of a bank account cannot be posted to.
func checkRuleAccount(ctx context.Context, tx *db.Tx, field, account, own string) error {
	if account != "" && account == own {
		return fault.Invalid(fault.At(field, "is the bank account's own ledger account"))
	}
	_, err := ledger.ResolveNonControlAccount(ctx, tx, field, account)
	return err
}

// checkRuleTransfer refuses a transfer account that the rule's lines cannot move money to or from.
// from is the bank account whose lines the rule matches, or nil for all.
func checkRuleTransfer(ctx context.Context, tx *db.Tx, r *pb.BankRule, from *pb.BankAccount) error {
	const field = "transferBankAccountId"
	if r.TransferBankAccountId == "" {
		return nil
	}
	to, err := bankAccounts.Resolve(ctx, tx, field, r.TransferBankAccountId)
	if err != nil || from == nil {
		return err
	}
	if to.Id == from.Id {
		return fault.InvalidFor(
			optionsv1.Reason_TRANSFER_SIDES_WRONG, fault.At(field, "must not be the rule's own bank account"),
		)
	}
	if from.CurrencyCode != to.CurrencyCode {
		return fault.InvalidFor(
			optionsv1.Reason_TRANSFER_SIDES_WRONG,
			fault.At(
				field,
				"is in %s, but the rule's bank account is in %s; a transfer between currencies needs both lines, so a rule cannot record it",
				to.CurrencyCode, from.CurrencyCode,
			),
		)
	}
	return nil
}

// normalizeAccountNumber returns an account number in upper case without spaces or hyphens.
func normalizeAccountNumber(number string) string { return strings.ToUpper(ungrouped.Replace(number)) }
