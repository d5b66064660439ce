package ledger

import (
	"errors"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// readLine parses the amounts and the rate of a line, and rewrites them in canonical form: with
// currency code and all digits. The default is the entry's currency.
func readLine(l *pb.JournalLine, entryCurrency, base string) (figure, error) {
	var violations fault.List
	var f figure
	if l.Amount == nil {
		l.Amount = &typepb.Money{}
	}
	var err error
	f.minor, err = readMoney("amount", l.Amount, entryCurrency)
	violations.MergeViolations("", err)
	f.currency = l.Amount.CurrencyCode
	if l.BaseAmount != nil {
		f.base, err = readBase(l.BaseAmount, base)
		violations.MergeViolations("", err)
		f.given = true
	}
	f.rate, err = readRate("exchangeRate", &l.ExchangeRate)
	violations.MergeViolations("", err)
	if err := violations.Err(); err != nil {
		return f, err
	}
	return f, f.checkConsistent(base)
}

// checkConsistent refuses amounts and rates that contradict each other.
func (f *figure) checkConsistent(base string) error {
	foreign := f.currency != base
	switch {
	case f.minor == 0 && !(foreign && f.base != 0):
		return fault.Invalid(fault.At("amount.amount", "must not be zero"))
	case !foreign && f.given && f.base != f.minor:
		return fault.Invalid(fault.At("baseAmount.amount", "must equal the amount, which is in the same currency"))
	case !foreign && !f.rate.IsZero():
		return fault.Invalid(fault.At("exchangeRate", "must be empty on an amount in %s", base))
	case f.given && f.base*sign(f.minor) < 0:
		return fault.Invalid(fault.At("baseAmount.amount", "must have the same sign as the amount"))
	}
	f.given = f.given && foreign
	return nil
}

func sign(n int64) int64 {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	}
	return 0
}

// write writes the computed base amount and rate to the line.
func (f figure) write(l *pb.JournalLine, base string) {
	l.BaseAmount = money.ToProto(f.base, base)
	l.ExchangeRate = ""
	if f.currency != base && !f.rate.IsZero() {
		l.ExchangeRate = f.rate.String()
	}
}

// readMoney parses an amount and rewrites it with all digits. currency is the default currency.
func readMoney(field string, m *typepb.Money, currency string) (int64, error) {
	if m.CurrencyCode == "" {
		m.CurrencyCode = currency
	}
	minor, err := money.Parse(m.Amount, m.CurrencyCode)
	switch {
	case errors.Is(err, money.ErrCurrency):
		return 0, fault.Invalid(fault.At(field+".currencyCode", "must be an ISO 4217 code"))
	case err != nil:
		return 0, fault.Invalid(fault.At(field+".amount", "%s", err))
	}
	m.Amount = money.Format(minor, m.CurrencyCode)
	return minor, nil
}

// readBase parses a base amount, which must be in the organization's currency.
func readBase(m *typepb.Money, base string) (int64, error) {
	if m.CurrencyCode != "" && m.CurrencyCode != base {
		return 0, fault.Invalid(fault.At("baseAmount.currencyCode", "must be %s, the organization's currency", base))
	}
	return readMoney("baseAmount", m, base)
}

// maxRateExponent is the maximum decimal exponent of a rate, which bounds its integer digits.
const maxRateExponent = 12

// readRate parses an exchange rate and rewrites it in canonical form. It returns zero for "".
func readRate(field string, text *string) (decimal.Decimal, error) {
	if *text == "" {
		return decimal.Decimal{}, nil
	}
	rate, err := decimal.NewFromString(*text)
	switch {
	case err != nil || rate.Exponent() > maxRateExponent || -rate.Exponent() > 2*rateDigits:
		return decimal.Decimal{}, fault.Invalid(fault.At(field, "must be a decimal number such as \"1.0842\""))
	case !rate.IsPositive():
		return decimal.Decimal{}, fault.Invalid(fault.At(field, "must be greater than zero"))
	case !rate.Equal(rate.Truncate(rateDigits)):
		return decimal.Decimal{}, fault.Invalid(fault.At(field, "has more than %d digits after the point", rateDigits))
	}
	*text = rate.String()
	return rate, nil
}

// checkAccountCurrency refuses an amount in another currency than an account that holds one
// currency. Opening balances of a bank account may be stated in another currency than the
// organization's, in which the account is: they are converted, see setBaseAmounts.
func checkAccountCurrency(k *references, source pb.JournalEntry_Source, l *pb.JournalLine) error {
	use, ok := k.accounts[l.GetAccountId()]
	converted := source == pb.JournalEntry_OPENING_BALANCE_IMPORT && use.currency == k.base
	if !ok || converted || !use.holdsOneCurrency(k.base) || use.currency == l.GetAmount().GetCurrencyCode() {
		return nil
	}
	return fault.InvalidFor(optionsv1.Reason_ACCOUNT_IN_OTHER_CURRENCY,
		fault.At("amount.currencyCode", "must be %s, the currency of the account", use.currency))
}
