package ledger

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// read says what is wrong with the values of an entry whatever its state, writes its
// amounts with all their digits, and answers them as numbers if all can be read.
func read(e *pb.JournalEntry, k *known, base string) (violations fault.List, figures []figure) {
	entryRate, err := readRate("exchangeRate", &e.ExchangeRate)
	violations.MergeViolations("", err)
	if e.CurrencyCode == "" {
		e.CurrencyCode = base
	}
	_, ok := money.Digits(e.CurrencyCode)
	if !ok {
		violations.Append(fault.At("currencyCode", "must be an ISO 4217 code"))
	}
	readable := ok && err == nil
	for i, l := range e.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		violations.MergeViolations(at, knownAccount(k, l.GetAccountId()))
		violations.MergeViolations(at, knownValues(k, l.GetDimensionValueIds()))
		f, err := readLine(l, e.CurrencyCode, base)
		violations.MergeViolations(at, err)
		readable = readable && err == nil
		if f.rate.IsZero() && f.currency == e.CurrencyCode && f.currency != base {
			f.rate = entryRate
		}
		if f.rate.IsZero() && !f.given && f.currency != base {
			f.rate = k.rateOf(f.currency, e.Date)
		}
		figures = append(figures, f)
	}
	if !readable {
		figures = nil
	}
	return violations, figures
}

// rateOf is the rate kept for a currency and a date, or zero.
func (k *known) rateOf(currency, date string) decimal.Decimal {
	on, err := calendar.ParseDate(date)
	if err != nil {
		return decimal.Decimal{}
	}
	rate, _, _ := k.rates.on(currency, k.base, on)
	return rate
}

// complete says what is missing of an entry to be posted, and which of the records
// that it names do not take it.
func complete(e *pb.JournalEntry, k *known) error {
	var violations fault.List
	if len(e.Lines) < 2 {
		violations.Append(fault.At("lines", "must be two or more"))
	}
	for i, l := range e.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		violations.MergeViolations(at, openAccount(k.accounts[l.GetAccountId()], e.Source))
		violations.MergeViolations(at, openValues(k, l.GetDimensionValueIds()))
		violations.MergeViolations(at, inAccountsCurrency(k, l))
	}
	return violations.Err()
}

// settle gives each line its base amount, and refuses an entry whose lines do not add
// up to zero in it.
func settle(e *pb.JournalEntry, figures []figure, base string) error {
	var violations fault.List
	wrong := convert(figures, base)
	for i := range figures {
		if err := wrong[i]; err != nil {
			violations.MergeViolations(fmt.Sprintf("lines[%d]", i), unconverted(err))
		}
	}
	if len(wrong) == 0 && len(e.Lines) > 1 {
		violations.MergeViolations("", balanced(figures, base))
	}
	if err := violations.Err(); err != nil {
		return err
	}
	for i, l := range e.Lines {
		figures[i].write(l, base)
	}
	return nil
}

func unconverted(err error) error {
	if errors.Is(err, errNoRate) {
		return fault.InvalidFor(optionsv1.Reason_EXCHANGE_RATE_MISSING, fault.At("exchangeRate", "is missing, and none is kept for the date; give one, or the base amount"))
	}
	return fault.Invalid(fault.At("baseAmount", "%s", err))
}

func knownAccount(k *known, account string) error {
	if _, err := id.Parse("acc", account); err != nil {
		return fault.Invalid(fault.At("accountId", "%s", err))
	}
	if _, ok := k.accounts[account]; !ok {
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

// balanced refuses lines whose debits are not their credits: in their own currency if
// they share one and the rates are what converts them, or else in the base.
func balanced(figures []figure, base string) error {
	currency, sum, baseSum := figures[0].currency, int64(0), int64(0)
	for _, f := range figures {
		if f.currency != currency || f.given {
			currency = base
		}
		sum += f.minor
		baseSum += f.base
	}
	if currency == base || sum == 0 {
		currency, sum = base, baseSum
	}
	side := "debits exceed credits"
	if sum < 0 {
		side, sum = "credits exceed debits", -sum
	}
	if sum == 0 {
		return nil
	}
	return fault.InvalidFor(optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED,
		fault.At("lines", "must add up to zero; %s by %s %s", side, money.Format(sum, currency), currency))
}
