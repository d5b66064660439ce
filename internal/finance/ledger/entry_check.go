package ledger

import (
	"errors"
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// read says what is wrong with the values of an entry whatever its state, writes its
// amounts with all their digits, and adds them up if all of them can be read.
func read(e *pb.JournalEntry, known map[string]accountUse, currency string) (violations fault.List, sum int64, readable bool) {
	readable = true
	gather(&violations, "", inCurrency(currency, "currencyCode", &e.CurrencyCode))
	for i, l := range e.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		gather(&violations, at, knownAccount(known, l.GetAccountId()))
		minor, err := readAmount(l, currency)
		gather(&violations, at, err)
		readable = readable && err == nil
		// A thousand amounts cannot overflow: money.MaxMinor sees to that.
		sum += minor
	}
	return violations, sum, readable
}

// complete says what is missing of an entry to be posted, and which of its accounts
// do not take it.
func complete(e *pb.JournalEntry, known map[string]accountUse) error {
	var violations fault.List
	if len(e.Lines) < 2 {
		violations.Append(fault.At("lines", "must be two or more"))
	}
	for i, l := range e.Lines {
		gather(&violations, fmt.Sprintf("lines[%d]", i), openAccount(known[l.GetAccountId()], e.Source))
	}
	return violations.Err()
}

// gather adds the violations of an error that has nothing else in it.
func gather(into *fault.List, at string, err error) { _ = into.Add(at, err) }

func knownAccount(known map[string]accountUse, account string) error {
	if _, err := id.Parse("acc", account); err != nil {
		return fault.Invalid(fault.At("accountId", "%s", err))
	}
	if _, ok := known[account]; !ok {
		return fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND, fault.At("accountId", "names a record that does not exist"))
	}
	return nil
}

// openAccount refuses an account that takes no postings from a source.
func openAccount(use accountUse, source pb.JournalEntry_Source) error {
	switch {
	case use.archived:
		return fault.InvalidFor(optionsv1.Reason_ACCOUNT_ARCHIVED, fault.At("accountId", "names an archived account"))
	case use.control && (source == pb.JournalEntry_MANUAL || source == pb.JournalEntry_BANK):
		return fault.InvalidFor(optionsv1.Reason_ACCOUNT_IS_CONTROL,
			fault.At("accountId", "names a control account, which only the records behind it post to"))
	}
	return nil
}

// readAmount reads a line's amount and writes it with its currency and all digits.
func readAmount(l *pb.JournalLine, currency string) (int64, error) {
	if l.Amount == nil {
		l.Amount = &typepb.Money{}
	}
	if err := inCurrency(currency, "amount.currencyCode", &l.Amount.CurrencyCode); err != nil {
		return 0, err
	}
	minor, err := money.Parse(l.Amount.Amount, currency)
	if err == nil && minor == 0 {
		err = errors.New("must not be zero")
	}
	if err != nil {
		return 0, fault.Invalid(fault.At("amount.amount", "%s", err))
	}
	l.Amount.Amount = money.Format(minor, currency)
	return minor, nil
}

// balanced refuses an entry whose debits are not its credits.
func balanced(e *pb.JournalEntry, sum int64) error {
	side := "debits exceed credits"
	if sum < 0 {
		side, sum = "credits exceed debits", -sum
	}
	if sum == 0 {
		return nil
	}
	return fault.InvalidFor(optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED,
		fault.At("lines", "must add up to zero; %s by %s %s", side, money.Format(sum, e.CurrencyCode), e.CurrencyCode))
}
