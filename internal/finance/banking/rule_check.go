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
)

// checkRule is the rule of bank rules: it refuses one that could never be followed.
func checkRule(ctx context.Context, tx *db.Tx, _, r *pb.BankRule) error {
	var account *pb.BankAccount // whose lines it matches; nil for all accounts
	currency := tx.Call().Organization.CurrencyCode
	if r.BankAccountId != "" {
		var err error
		if account, err = bankAccounts.Resolve(ctx, tx, "bankAccountId", r.BankAccountId); err != nil {
			return err
		}
		currency = account.CurrencyCode
	}
	inCurrency(r, currency)
	if err := usableRule(ctx, tx, r, account.GetLedgerAccountId()); err != nil {
		return err
	}
	if err := usableTransfer(ctx, tx, r, account); err != nil {
		return err
	}
	return soundRule(r)
}

// inCurrency gives amounts that name no currency one, that of the rule's bank account or
// else the organization's, and writes those of splits with all their digits.
func inCurrency(r *pb.BankRule, currency string) {
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
		if minor, err := money.Parse(s.GetAmount().GetAmount(), s.GetAmount().GetCurrencyCode()); s.Amount != nil && err == nil {
			s.Amount = money.ToProto(minor, s.Amount.CurrencyCode)
		}
	}
}

// patternFault says what is wrong with a pattern, and where.
func patternFault(err error) string {
	var broken *syntax.Error
	if !errors.As(err, &broken) {
		return "it is too large"
	}
	return fmt.Sprintf("%s at %.100q", broken.Code, broken.Expr)
}

// soundRule refuses a rule whose conditions cannot be read, and one that does not say one
// thing to do.
func soundRule(r *pb.BankRule) error {
	var violations fault.List
	if _, err := newMatcher(r); err != nil {
		violations.Append(fault.At("pattern", "is no regular expression: %s", patternFault(err)))
	}
	for i, account := range r.CounterpartyAccounts {
		if plainNumber(account) == "" {
			violations.Append(fault.At(fmt.Sprintf("counterpartyAccounts[%d]", i), "must have a letter or a digit"))
		}
	}
	effects := 0
	for _, says := range []bool{r.AccountId != "", len(r.Splits) > 0, r.TransferBankAccountId != "", r.Personal, r.ExcludeReason != ""} {
		if says {
			effects++
		}
	}
	if effects != 1 {
		violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_BANK_RULE_EFFECT_UNCLEAR,
			fault.At("accountId", "or splits, transferBankAccountId, personal or excludeReason must say what the rule does, and no more than one of them")))
	}
	if r.VendorId != "" && (r.TransferBankAccountId != "" || r.Personal) {
		violations.Append(fault.At("vendorId", "must be absent where no vendor is paid: of transfers and what is personal"))
	}
	if len(r.Splits) > 0 {
		_, err := ruleShares(r.Splits)
		violations.MergeViolations("", err)
	}
	return violations.Err()
}

// usableRule refuses accounts that are not there, are archived or take no postings of
// statement lines, and dimension values likewise. own is the ledger account of the bank
// account whose lines it matches, if it names one.
func usableRule(ctx context.Context, tx *db.Tx, r *pb.BankRule, own string) error {
	var violations fault.List
	if r.AccountId != "" {
		if err := violations.Merge("", usableFor(ctx, tx, "accountId", r.AccountId, own)); err != nil {
			return err
		}
	}
	for i, s := range r.Splits {
		at := fmt.Sprintf("splits[%d]", i)
		if err := violations.Merge("", usableFor(ctx, tx, at+".accountId", s.AccountId, own)); err != nil {
			return err
		}
		if err := violations.Merge(at, ledger.CheckDimensionValues(ctx, tx, s.DimensionValueIds)); err != nil {
			return err
		}
	}
	return violations.Err()
}

// usableFor refuses an account that lines of a bank account cannot be booked to.
func usableFor(ctx context.Context, tx *db.Tx, field, account, own string) error {
	if account != "" && account == own {
		return fault.Invalid(fault.At(field, "is the bank account's own ledger account"))
	}
	return uncontrolled(ctx, tx, field, account)
}

// usableTransfer refuses a bank account that lines of the rule's cannot move money to; from
// is the one whose lines it matches, nil for all.
func usableTransfer(ctx context.Context, tx *db.Tx, r *pb.BankRule, from *pb.BankAccount) error {
	const field = "transferBankAccountId"
	if r.TransferBankAccountId == "" {
		return nil
	}
	to, err := bankAccounts.Resolve(ctx, tx, field, r.TransferBankAccountId)
	if err != nil || from == nil {
		return err
	}
	if to.Id == from.Id {
		return fault.InvalidFor(optionsv1.Reason_TRANSFER_SIDES_WRONG, fault.At(field, "is the account whose lines the rule matches"))
	}
	if from.CurrencyCode != to.CurrencyCode {
		return fault.InvalidFor(optionsv1.Reason_TRANSFER_SIDES_WRONG, fault.At(field, "is kept in %s, and the rule's bank account in %s; between two currencies both lines must be known", to.CurrencyCode, from.CurrencyCode))
	}
	return nil
}

// plainNumber is an account's number without its blanks and hyphens, in capitals.
func plainNumber(number string) string { return strings.ToUpper(ungrouped.Replace(number)) }
