package tax

import (
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// registerEntry is what the register gets of a posted entry.
type registerEntry struct {
	entry *pb.JournalEntry
	rows  []*registerRow
}

// registerRow is an amount of the register, with the lines of the entry from which its amounts in
// the organization's currency follow.
type registerRow struct {
	Amount
	// lines are those with the tax code, and raised what a compound component adds to their amounts.
	lines          []*taxedLine
	raised         []convertedTax
	tax, recovered postedLines
	// converted are taxes that are not posted.
	converted []convertedTax
}

// convertedTax is an amount in minor units that is converted like the amount of a line.
type convertedTax struct {
	line  *taxedLine
	minor int64
}

// postedLines are lines of an entry with the factor by which their amounts count.
type postedLines struct {
	lines   []*pb.JournalLine
	factors []int64
}

// add adds a line, once.
func (p *postedLines) add(l *pb.JournalLine, factor int64) {
	for _, known := range p.lines {
		if known == l {
			return
		}
	}
	p.lines, p.factors = append(p.lines, l), append(p.factors, factor)
}

// row returns the row of a component of a line, and adds the line to it.
func (e *registerEntry) row(l *taxedLine, k int) *registerRow {
	component, tax := l.code.Rate.Components[k], l.result.Taxes[k]
	row := e.find(l, Amount{ComponentID: component.Id, AccountID: l.code.AccountIDs[k], Name: component.DisplayName,
		Percent: l.code.Components[k].Percent.String(), Effect: component.Effect})
	row.Taxable += tax.Base
	row.Tax += tax.Minor
	if raised := tax.Base - l.result.Net; raised != 0 {
		row.raised = append(row.raised, convertedTax{l, raised})
	}
	return row
}

// addUntaxed adds a line whose rate has no components, because returns report exempt amounts too.
func (e *registerEntry) addUntaxed(l *taxedLine) {
	e.find(l, Amount{Percent: "0", Effect: pb.TaxRate_CHARGED}).Taxable += l.result.Net
}

// find returns the row of a line's use, code and currency for a component.
func (e *registerEntry) find(l *taxedLine, a Amount) *registerRow {
	a.Use, a.TaxCodeID, a.Currency, a.Cause = l.use, l.TaxCodeId, l.currency, Document
	for _, row := range e.rows {
		if row.Use == a.Use && row.TaxCodeID == a.TaxCodeID && row.ComponentID == a.ComponentID &&
			row.Currency == a.Currency {
			row.lines = append(row.lines, l)
			return row
		}
	}
	row := &registerRow{Amount: a, lines: []*taxedLine{l}}
	e.rows = append(e.rows, row)
	return row
}

// amounts returns the amounts of a posted entry.
func (e *registerEntry) amounts() (all []Amount, err error) {
	for _, row := range e.rows {
		a := row.Amount
		a.Date, a.DocumentID, a.EntryID, a.DocumentNumber = e.entry.Date, e.entry.Id, e.entry.Id, e.entry.Reference
		for _, l := range row.lines {
			base, err := baseOf(l.JournalLine)
			if err != nil {
				return nil, err
			}
			a.BaseTaxable += l.sign() * base
		}
		raised, err := sumConverted(row.raised)
		if err != nil {
			return nil, err
		}
		a.BaseTaxable += raised
		if a.BaseTax, err = sumConverted(row.converted); err != nil {
			return nil, err
		}
		posted, err := row.tax.sum()
		if err != nil {
			return nil, err
		}
		a.BaseTax += posted
		if a.BaseRecoverable, err = row.recovered.sum(); err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// sum adds up the base amounts of lines. Lines of zero were not posted.
func (p postedLines) sum() (sum int64, err error) {
	for i, l := range p.lines {
		if l.BaseAmount == nil {
			continue
		}
		base, err := baseOf(l)
		if err != nil {
			return 0, err
		}
		sum += p.factors[i] * base
	}
	return sum, nil
}

// sumConverted converts amounts in proportion to the base amounts of their lines.
func sumConverted(amounts []convertedTax) (sum int64, err error) {
	for _, c := range amounts {
		base, err := baseOf(c.line.JournalLine)
		if err != nil {
			return 0, err
		}
		share := decimal.NewFromInt(c.minor).Mul(decimal.NewFromInt(base))
		sum += share.DivRound(decimal.NewFromInt(c.line.minor), 0).IntPart()
	}
	return sum, nil
}

// baseOf returns the base amount of a posted line in minor units.
func baseOf(l *pb.JournalLine) (int64, error) {
	return money.Parse(l.BaseAmount.GetAmount(), l.BaseAmount.GetCurrencyCode())
}
