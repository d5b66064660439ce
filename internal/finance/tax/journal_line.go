package tax

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax/calculation"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// taxedLine is a journal line with a tax code.
type taxedLine struct {
	*pb.JournalLine
	index int
	use   pb.TaxCode_Use
	// minor is the amount in minor units of the currency, debits positive.
	minor    int64
	currency string
	// rate is the exchange rate of the line, also if it has a base amount instead. It is empty if the
	// line has neither.
	rate   string
	code   Resolved
	result calculation.LineResult
}

// sign is the sign of the line's document on the journal: what is sold is credited, and what is
// bought debited.
func (l *taxedLine) sign() int64 {
	if l.use == pb.TaxCode_SALES {
		return -1
	}
	return 1
}

// lineReader reads the lines of an entry that have a tax code.
type lineReader struct {
	entry    *pb.JournalEntry
	on       calendar.Date
	base     string // the organization's currency
	codes    ratedCodes
	accounts map[string]*pb.Account
}

// read returns the lines with a tax code, calculated. It leaves out lines whose account or amount
// the ledger refuses.
func (r lineReader) read() (lines []*taxedLine, err error) {
	var violations fault.List
	for i, l := range r.entry.Lines {
		account := r.accounts[l.AccountId]
		if l.TaxCodeId == "" || account == nil {
			continue
		}
		line := &taxedLine{JournalLine: l, index: i, currency: l.Amount.GetCurrencyCode()}
		for _, fallback := range []string{r.entry.CurrencyCode, r.base} {
			if line.currency == "" {
				line.currency = fallback
			}
		}
		if line.minor, err = money.Parse(l.Amount.GetAmount(), line.currency); err != nil || line.minor == 0 {
			continue
		}
		line.rate = l.ExchangeRate
		if line.rate == "" && l.BaseAmount != nil && line.currency != r.base {
			line.rate = ledger.ImpliedRate(line.minor, line.currency, l.BaseAmount.Amount, r.base)
		}
		code, _ := r.codes.codes[l.TaxCodeId].Record.(*pb.TaxCode)
		line.use = useOnJournal(code.GetUse(), account.Type, line.minor)
		violations.MergeViolations(fmt.Sprintf("lines[%d]", i), r.calculate(line))
		lines = append(lines, line)
	}
	return lines, violations.Err()
}

// useOnJournal returns whether a line sells or buys. A code with one use decides. A code for both
// is for a sale on an INCOME account and for a purchase on an EXPENSE account, also if the line
// reduces an earlier one. On other accounts a credit is a sale, such as of an asset, and a debit a
// purchase.
func useOnJournal(use pb.TaxCode_Use, account pb.Account_Type, minor int64) pb.TaxCode_Use {
	switch {
	case use == pb.TaxCode_SALES || use == pb.TaxCode_PURCHASES:
		return use
	case account == pb.Account_INCOME:
		return pb.TaxCode_SALES
	case account == pb.Account_EXPENSE || minor > 0:
		return pb.TaxCode_PURCHASES
	}
	return pb.TaxCode_SALES
}

// calculate resolves the code of a line and calculates its taxes.
func (r lineReader) calculate(l *taxedLine) (err error) {
	if l.code, err = r.codes.resolve(l.TaxCodeId, l.use, r.on); err != nil {
		return fault.MapFields(err, func(f fault.Field) fault.Field { return fault.At("taxCodeId", "%s", f.Message) })
	}
	inclusive := r.entry.PriceMode == pb.TaxCalculation_INCLUSIVE
	withholds := func(c calculation.Component) bool { return c.Effect == calculation.Withheld }
	switch {
	case slices.Contains(l.code.AccountIDs, l.AccountId):
		return fault.InvalidFor(optionsv1.Reason_TAX_CODE_NOT_FOR_USE,
			fault.At("taxCodeId", "names a tax code whose tax is posted to the account of the line"))
	case isPaid(r.entry) && slices.ContainsFunc(l.code.Components, withholds):
		return fault.InvalidFor(optionsv1.Reason_TAX_CODE_NOT_FOR_USE, fault.At("taxCodeId",
			"names a tax code that withholds tax, but the amount is what was paid after it; use a journal entry"))
	case inclusive && l.BaseAmount != nil:
		return fault.Invalid(fault.At("baseAmount", "must be empty if the amount includes taxes; give the exchange rate"))
	}
	digits, _ := money.Digits(l.currency)
	mode := calculation.Exclusive
	if inclusive {
		mode = calculation.Inclusive
	}
	result, err := calculation.Calculate(calculation.Document{Digits: digits, Mode: mode, Lines: []calculation.Line{{
		Quantity: decimal.NewFromInt(1), UnitPrice: decimal.New(l.sign()*l.minor, -int32(digits)),
		Components: l.code.Components,
	}}})
	if err != nil {
		return Violation(err, func(int) string { return "amount" }, "amount")
	}
	l.result = result.Lines[0]
	return nil
}

// isPaid reports whether the amounts of an entry are what was paid, rather than entered by hand.
func isPaid(e *pb.JournalEntry) bool {
	return e.Source == pb.JournalEntry_BANK || e.Source == pb.JournalEntry_PRIVATE_EXPENSE
}

// taxEntry is an entry to which lines for taxes are added.
type taxEntry struct {
	*pb.JournalEntry
	added ledger.AddedTaxes
	// lines are the added lines on the accounts of components, by what they have in common.
	lines map[string]*pb.JournalLine
	rows  registerEntry
}

// addTaxes adds the lines for the taxes of lines to an entry, and takes the taxes out of amounts
// that include them.
func addTaxes(e *pb.JournalEntry, lines []*taxedLine) (*taxEntry, error) {
	t := &taxEntry{JournalEntry: e, lines: map[string]*pb.JournalLine{}, rows: registerEntry{entry: e}}
	t.added.First = len(e.Lines)
	for _, l := range lines {
		if l.result.Net*l.sign() != l.minor {
			l.minor = l.result.Net * l.sign()
			l.Amount = money.ToProto(l.minor, l.currency)
		}
		if len(l.result.Taxes) == 0 {
			t.rows.addUntaxed(l)
		}
		for k := range l.result.Taxes {
			if err := t.addComponent(l, k); err != nil {
				return nil, err
			}
		}
	}
	t.removeZeroLines()
	return t, nil
}

// addComponent adds the lines of a component of a line:
//   - A charged tax on a sale is owed, and one on a purchase is recovered.
//   - A reverse charge on a purchase is owed and recovered. On a sale the customer owes it.
//   - Withheld tax is a claim if the customer withholds it, and owed if the organization does.
//
// What is not recovered stays on the account and the dimension values of the line.
func (t *taxEntry) addComponent(l *taxedLine, k int) error {
	component, amount := l.code.Rate.Components[k], l.result.Taxes[k].Minor
	row := t.rows.row(l, k)
	sold := l.use == pb.TaxCode_SALES
	switch {
	case sold && component.Effect == pb.TaxRate_REVERSE_CHARGED:
		row.converted = append(row.converted, convertedTax{l, amount})
		return nil
	case sold && component.Effect == pb.TaxRate_WITHHELD:
		row.tax.add(t.taxLine(l, k, "withheld", amount), 1)
		return nil
	case sold:
		row.tax.add(t.taxLine(l, k, "owed", -amount), -1)
		return nil
	case component.Effect == pb.TaxRate_WITHHELD:
		row.tax.add(t.taxLine(l, k, "owed", -amount), -1)
		return nil
	}
	percent, err := decimal.NewFromString(component.RecoverablePercent)
	if err != nil {
		return err
	}
	recovered, err := money.MulRate(amount, percent.Shift(-2), 0)
	if err != nil {
		return err
	}
	line := t.taxLine(l, k, "recovered", recovered)
	row.recovered.add(line, 1)
	if component.Effect == pb.TaxRate_REVERSE_CHARGED {
		row.tax.add(t.taxLine(l, k, "owed", -amount), -1)
	} else {
		row.tax.add(line, 1)
	}
	if amount == recovered {
		return nil
	}
	kept := t.addLine(l, k, l.AccountId, amount-recovered)
	kept.DimensionValueIds, kept.Memo = slices.Clone(l.DimensionValueIds), l.Memo
	if component.Effect != pb.TaxRate_REVERSE_CHARGED {
		row.tax.add(kept, 1)
	}
	return nil
}

// taxLine adds an amount to the line of a component for a purpose, such as "owed".
func (t *taxEntry) taxLine(l *taxedLine, k int, purpose string, minor int64) *pb.JournalLine {
	key := fmt.Sprint(purpose, l.use, l.TaxCodeId, l.code.Rate.Components[k].Id, l.currency, l.rate)
	line := t.lines[key]
	if line == nil {
		line = t.addLine(l, k, l.code.AccountIDs[k], 0)
		t.lines[key] = line
	}
	before, _ := money.Parse(line.Amount.Amount, l.currency) // written by this program
	line.Amount = money.ToProto(before+minor, l.currency)
	return line
}

// addLine adds a line for a component.
func (t *taxEntry) addLine(l *taxedLine, k int, accountID string, minor int64) *pb.JournalLine {
	component := l.code.Rate.Components[k]
	line := &pb.JournalLine{AccountId: accountID, Amount: money.ToProto(minor, l.currency), ExchangeRate: l.rate,
		TaxCodeId: l.TaxCodeId, TaxComponentId: component.Id, Memo: component.DisplayName}
	t.Lines, t.added.For = append(t.Lines, line), append(t.added.For, l.index)
	return line
}

// removeZeroLines removes added lines of zero.
func (t *taxEntry) removeZeroLines() {
	lines, from := t.Lines[:t.added.First:t.added.First], []int(nil)
	for i, l := range t.Lines[t.added.First:] {
		if minor, err := money.Parse(l.Amount.Amount, l.Amount.CurrencyCode); err == nil && minor == 0 {
			continue
		}
		lines, from = append(lines, l), append(from, t.added.For[i])
	}
	t.Lines, t.added.For = lines, from
}
