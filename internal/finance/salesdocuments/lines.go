package salesdocuments

import (
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper/letter"
)

// lineTable returns the lines of a document. Columns that no line needs are left out.
func (s setting) lineTable(lines []*pb.DocumentLine, currency string) letter.Table {
	w := s.words
	type column struct {
		letter.Column
		cell func(l *pb.DocumentLine) letter.Cell
		// optional is true if the column is left out when all its cells are empty.
		optional bool
	}
	text := func(t string) letter.Cell { return letter.Cell{Text: t} }
	columns := []column{
		{letter.Column{Label: w.description}, func(l *pb.DocumentLine) letter.Cell {
			return letter.Cell{Text: l.GetDescription(), Detail: s.servicePeriod(l)}
		}, false},
		{letter.Column{Label: w.quantity, Number: true},
			func(l *pb.DocumentLine) letter.Cell { return text(l.GetQuantity()) }, false},
		{letter.Column{Label: w.unit}, func(l *pb.DocumentLine) letter.Cell { return text(l.GetUnit()) }, true},
		{letter.Column{Label: w.price, Number: true},
			func(l *pb.DocumentLine) letter.Cell { return text(padPrice(l.GetUnitPrice(), currency)) }, false},
		{letter.Column{Label: w.discount, Number: true},
			func(l *pb.DocumentLine) letter.Cell { return text(s.lineDiscount(l)) }, true},
		{letter.Column{Label: w.tax, Number: true},
			func(l *pb.DocumentLine) letter.Cell { return text(s.taxRates(l.GetTaxes())) }, true},
		{letter.Column{Label: w.amount, Number: true},
			func(l *pb.DocumentLine) letter.Cell { return text(l.GetAmount().GetAmount()) }, false},
	}
	columns = slices.DeleteFunc(columns, func(c column) bool {
		return c.optional && !slices.ContainsFunc(lines, func(l *pb.DocumentLine) bool { return c.cell(l).Text != "" })
	})
	t := letter.Table{Rows: make([][]letter.Cell, len(lines))}
	for _, c := range columns {
		t.Columns = append(t.Columns, c.Column)
		for i, l := range lines {
			t.Rows[i] = append(t.Rows[i], c.cell(l))
		}
	}
	return t
}

// legalNotes returns the texts that the law requires for lines, without repetition.
func legalNotes(lines []*pb.DocumentLine) (notes []string) {
	for _, l := range lines {
		if l.LegalNote != "" && !slices.Contains(notes, l.LegalNote) {
			notes = append(notes, l.LegalNote)
		}
	}
	return notes
}

// servicePeriod returns the days of a line's service.
func (s setting) servicePeriod(l *pb.DocumentLine) string {
	days := []string{s.date(l.GetServiceStartDate()), s.date(l.GetServiceEndDate())}
	days = slices.DeleteFunc(days, func(day string) bool { return day == "" })
	return strings.Join(slices.Compact(days), " – ")
}

// lineDiscount returns the discount of a line.
func (s setting) lineDiscount(l *pb.DocumentLine) string {
	if l.GetDiscountPercent() != "" {
		return s.percent(l.GetDiscountPercent()) + " %"
	}
	if isZero(l.GetDiscountAmount()) {
		return ""
	}
	return l.GetDiscountAmount().GetAmount()
}

// taxRates returns the percentages that are charged, such as 5 % + 9.975 %. It is 0 % if nothing of
// the taxes is charged.
func (s setting) taxRates(taxes []*pb.TaxCalculation_Tax) string {
	var parts []string
	for _, t := range taxes {
		if isCharged(t) {
			parts = append(parts, s.percent(t.GetPercent())+" %")
		}
	}
	if len(parts) == 0 && len(taxes) > 0 {
		return "0 %"
	}
	return strings.Join(parts, " + ")
}

// sums are the amounts of a document.
type sums struct {
	currency    string
	inclusive   bool
	discount    string // percentage of the discount of the document, if it has one
	net, total  *typepb.Money
	taxes       []*pb.TaxCalculation_Tax
	lineAmounts int64 // sum of the lines after their discounts, in minor units
}

// sumsOf returns sums with the amounts of lines added up.
func sumsOf(lines []*pb.DocumentLine, s sums) sums {
	for _, l := range lines {
		s.lineAmounts += minor(l.GetAmount())
	}
	return s
}

// totals returns the sums of a document down to its total. The subtotal is left out if it is the
// total.
func (s setting) totals(d sums) (out []letter.Total) {
	w, goal := s.words, d.net
	if d.inclusive {
		goal = d.total
	}
	discount := minor(goal) - d.lineAmounts
	if discount != 0 || !d.inclusive && slices.ContainsFunc(d.taxes, isCharged) {
		out = append(out, letter.Total{Label: w.subtotal, Amount: money.Format(d.lineAmounts, d.currency)})
	}
	if discount != 0 {
		label := w.discount
		if d.discount != "" {
			label += " " + s.percent(d.discount) + " %"
		}
		out = append(out, letter.Total{Label: label, Amount: money.Format(discount, d.currency)})
	}
	total := letter.Total{Label: format(w.total, d.currency), Amount: d.total.GetAmount(), Kind: letter.Result}
	if d.inclusive {
		return append(append(out, total), s.taxTotals(d.taxes, pb.TaxRate_CHARGED, w.includedTax, false)...)
	}
	return append(append(out, s.taxTotals(d.taxes, pb.TaxRate_CHARGED, w.taxOn, false)...), total)
}

func isCharged(t *pb.TaxCalculation_Tax) bool { return t.GetEffect() == pb.TaxRate_CHARGED }

// taxTotals returns the taxes with an effect. They are deducted if negated is true.
func (s setting) taxTotals(
	taxes []*pb.TaxCalculation_Tax, effect pb.TaxRate_Effect, label string, negated bool,
) (out []letter.Total) {
	for _, t := range taxes {
		if t.GetEffect() != effect {
			continue
		}
		amount := t.GetAmount()
		if negated {
			amount = money.Negated(amount)
		}
		out = append(out, letter.Total{
			Label: format(label, t.GetDisplayName(), s.percent(t.GetPercent())), Amount: amount.GetAmount(),
		})
	}
	return out
}

// taxSummary returns the taxes of a document by rate. Reverse charges are listed with no tax.
func (s setting) taxSummary(taxes []*pb.TaxCalculation_Tax) letter.Table {
	w := s.words
	t := letter.Table{Columns: []letter.Column{
		{Label: w.taxRate}, {Label: w.taxBase, Number: true}, {Label: w.tax, Number: true},
	}}
	for _, tax := range taxes {
		name := tax.GetDisplayName() + " " + s.percent(tax.GetPercent()) + " %"
		amount := tax.GetAmount().GetAmount()
		switch tax.GetEffect() {
		case pb.TaxRate_WITHHELD:
			continue
		case pb.TaxRate_REVERSE_CHARGED:
			name = w.reverseCharge
			amount = money.Format(0, tax.GetAmount().GetCurrencyCode())
		}
		t.Rows = append(t.Rows, []letter.Cell{{Text: name}, {Text: tax.GetBase().GetAmount()}, {Text: amount}})
	}
	return t
}
