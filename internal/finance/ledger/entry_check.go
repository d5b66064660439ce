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

// readEntry checks the rules that apply to both drafts and posted entries. It writes the entry's
// amounts with all digits and returns them as figures, or no figures if an amount is invalid.
func readEntry(e *pb.JournalEntry, k *references, base string) (violations fault.List, figures []figure) {
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
	rateCurrency := entryRateCurrency(e, base)
	for i, l := range e.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		violations.MergeViolations(at, checkAccountExists(k, l.GetAccountId()))
		violations.MergeViolations(at, checkDimensionValuesExist(k, l.GetDimensionValueIds()))
		f, err := readLine(l, e.CurrencyCode, base)
		f.tax = k.accounts[l.GetAccountId()].isTax()
		violations.MergeViolations(at, err)
		readable = readable && err == nil
		if f.rate.IsZero() && f.currency == rateCurrency && f.minor != 0 {
			f.rate = entryRate
		}
		if f.rate.IsZero() && !f.given && f.currency != base {
			f.rate = k.storedRate(f.currency, e.Date)
		}
		figures = append(figures, f)
	}
	if !readable {
		figures = nil
	}
	return violations, figures
}

// entryRateCurrency returns the currency of the lines to which an entry's exchange rate applies. It
// is the entry's currency if that is foreign, or else the only foreign currency of the lines. It is
// empty if there is no such currency.
func entryRateCurrency(e *pb.JournalEntry, base string) (currency string) {
	if e.CurrencyCode != "" && e.CurrencyCode != base {
		return e.CurrencyCode
	}
	for _, l := range e.Lines {
		code := l.GetAmount().GetCurrencyCode()
		switch {
		case code == "" || code == base || code == currency:
		case currency == "":
			currency = code
		default:
			return ""
		}
	}
	return currency
}

// checkEntryRateApplies refuses an entry's exchange rate that applies to none of its lines.
func checkEntryRateApplies(e *pb.JournalEntry, base string) error {
	if e.ExchangeRate == "" || len(e.Lines) == 0 {
		return nil
	}
	currency := entryRateCurrency(e, base)
	if currency == "" {
		return fault.Invalid(fault.At("exchangeRate", "applies to no line: the entry is in %s, and its lines are not "+
			"in one other currency; set currencyCode, or give each line its rate", base))
	}
	for _, l := range e.Lines {
		if l.GetAmount().GetCurrencyCode() == currency {
			return nil
		}
	}
	return fault.Invalid(fault.At("exchangeRate", "applies to no line: no amount is in %s", currency))
}

// storedRate returns the stored exchange rate of a currency on a date, or zero if it is not stored.
func (k *references) storedRate(currency, date string) decimal.Decimal {
	on, err := calendar.ParseDate(date)
	if err != nil {
		return decimal.Decimal{}
	}
	rate, _, _ := k.rates.find(currency, k.base, on)
	return rate
}

// checkPostable checks that an entry has the lines to be posted, and that its accounts and
// dimension values can be posted to.
func checkPostable(e *pb.JournalEntry, k *references) error {
	var violations fault.List
	if len(e.Lines) < 2 {
		violations.Append(fault.At("lines", "must be two or more"))
	}
	for i, l := range e.Lines {
		if undoesLine(e, i) {
			continue
		}
		at := fmt.Sprintf("lines[%d]", i)
		violations.MergeViolations(at, checkAccountOpen(k.accounts[l.GetAccountId()], e.Source))
		if !carriesValues(e.Source) {
			violations.MergeViolations(at, checkDimensionValuesActive(k, l.GetDimensionValueIds()))
		}
		violations.MergeViolations(at, checkRequiredValues(k, e.Source, l))
		violations.MergeViolations(at, checkAccountCurrency(k, e.Source, l))
	}
	return violations.Err()
}

// setBaseAmounts sets the base amount of each line, and adds lines for their rounding difference
// and for self-balancing dimensions. It refuses an entry whose lines do not add up to zero.
func setBaseAmounts(e *pb.JournalEntry, figures []figure, k *references) error {
	base := k.base
	var violations fault.List
	errs := convert(figures, base)
	for i := range figures {
		if err := errs[i]; err != nil {
			violations.MergeViolations(fmt.Sprintf("lines[%d]", i), conversionViolation(err))
		}
	}
	if len(errs) == 0 && len(e.Lines) > 1 {
		difference := -roundingDifference(figures, base)
		if difference != 0 && len(e.Lines) == maxEntryLines {
			return fault.Invalid(fault.At("lines",
				"must be fewer than %d, because the amounts need a line for their rounding", maxEntryLines))
		}
		if difference != 0 {
			e.Lines = append(e.Lines, newRoundingLine(difference, base))
			figures = append(figures, figure{currency: base, minor: difference, base: difference})
		}
		violations.MergeViolations("", checkBalanced(figures, base))
	}
	if err := violations.Err(); err != nil {
		return err
	}
	for i, l := range e.Lines {
		figures[i].write(l, base)
		if use := k.accounts[l.AccountId]; use.ofBank && use.currency == base {
			l.Amount, l.ExchangeRate = money.ToProto(figures[i].base, base), ""
		}
	}
	addBalancingLines(e, figures, k)
	if len(e.Lines) > maxEntryLines {
		return fault.Invalid(fault.At("lines", "must be fewer: with those that balance dimensions there are %d, and an "+
			"entry has at most %d", len(e.Lines), maxEntryLines))
	}
	return nil
}

// conversionViolation converts an error of convert to a violation at a line's field.
func conversionViolation(err error) error {
	if errors.Is(err, errNoRate) {
		return fault.InvalidFor(
			optionsv1.Reason_EXCHANGE_RATE_MISSING,
			fault.At("exchangeRate", "is missing, and no rate is stored for the date; give a rate or the base amount"),
		)
	}
	return fault.Invalid(fault.At("baseAmount", "%s", err))
}

// checkAccountExists refuses an invalid identifier, and an account that does not exist.
func checkAccountExists(k *references, account string) error {
	if _, err := id.Parse("acc", account); err != nil {
		return fault.Invalid(fault.At("accountId", "%s", err))
	}
	if _, ok := k.accounts[account]; !ok {
		return fault.InvalidFor(
			optionsv1.Reason_REFERENCE_NOT_FOUND, fault.At("accountId", "names a record that does not exist"),
		)
	}
	return nil
}

// isEnteredByHand reports whether people decide on the lines of entries of a source, rather than a
// record of another capability.
func isEnteredByHand(source pb.JournalEntry_Source) bool {
	return source == pb.JournalEntry_MANUAL || source == pb.JournalEntry_REPEATING_ENTRY
}

// checkAccountOpen refuses an archived account, and a control account for entries by hand and from
// the bank.
func checkAccountOpen(use postingAccount, source pb.JournalEntry_Source) error {
	switch {
	case use.archived:
		return fault.InvalidFor(optionsv1.Reason_ACCOUNT_ARCHIVED, fault.At("accountId", "names an archived account"))
	case use.control && (isEnteredByHand(source) || source == pb.JournalEntry_BANK):
		return controlViolation("accountId")
	}
	return nil
}

// checkBalanced refuses figures that do not add up to zero. The difference is in their currency if
// they share one and no base amount is given, or else in the base currency.
func checkBalanced(figures []figure, base string) error {
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
