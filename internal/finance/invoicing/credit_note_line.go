package invoicing

import (
	"fmt"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// credited is what credit notes already credit of a line of an invoice, in minor units.
type credited struct {
	amount, net, gross int64
	quantity           decimal.Decimal
	taxes              map[string]position
}

// position is a tax and its base, in minor units.
type position struct{ minor, base int64 }

// linesByID returns the lines of an invoice by their ids.
func linesByID(i *pb.Invoice) map[string]*pb.DocumentLine {
	lines := make(map[string]*pb.DocumentLine, len(i.Lines))
	for _, l := range i.Lines {
		lines[l.Id] = l
	}
	return lines
}

// creditedLines adds up what credit notes credit of each line.
func creditedLines(notes []*pb.CreditNote) (map[string]*credited, error) {
	out := map[string]*credited{}
	for _, n := range notes {
		for _, l := range n.Lines {
			c := out[l.InvoiceLineId]
			if c == nil {
				c = &credited{taxes: map[string]position{}}
				out[l.InvoiceLineId] = c
			}
			if err := c.add(l); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (c *credited) add(l *pb.CreditNote_Line) error {
	amount, err := money.Parse(l.Amount.Amount, l.Amount.CurrencyCode)
	if err != nil {
		return err
	}
	net, err := money.Parse(l.NetAmount.Amount, l.NetAmount.CurrencyCode)
	if err != nil {
		return err
	}
	quantity, err := decimal.NewFromString(l.Quantity)
	if err != nil {
		return err
	}
	charged, err := money.Parse(l.TaxAmount.Amount, l.TaxAmount.CurrencyCode)
	if err != nil {
		return err
	}
	c.amount, c.net, c.gross, c.quantity = c.amount+amount, c.net+net, c.gross+net+charged, c.quantity.Add(quantity)
	for _, t := range l.Taxes {
		minor, base, err := readTax(t, t.Amount.CurrencyCode)
		if err != nil {
			return err
		}
		was := c.taxes[t.ComponentId]
		c.taxes[t.ComponentId] = position{was.minor + minor, was.base + base}
	}
	return nil
}

// creditLines computes the lines and totals of a credit note from the lines of its invoice, and
// what other credit notes left of them. Without lines it credits what is left of all of them.
func creditLines(n *pb.CreditNote, i *pb.Invoice, notes []*pb.CreditNote) error {
	done, err := creditedLines(notes)
	if err != nil {
		return err
	}
	lines := linesByID(i)
	if len(n.Lines) == 0 {
		n.Lines = remainingLines(i, done)
	}
	total := &creditTotal{currency: i.CurrencyCode, at: map[string]int{}}
	seen := map[string]bool{}
	var violations fault.List
	for at, l := range n.Lines {
		path := fmt.Sprintf("lines[%d]", at)
		from := lines[l.InvoiceLineId]
		switch {
		case from == nil:
			violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
				fault.At(path+".invoiceLineId", "names a line that the invoice does not have")))
			continue
		case seen[l.InvoiceLineId]:
			violations.Append(fault.At(path+".invoiceLineId", "names a line twice"))
			continue
		}
		seen[l.InvoiceLineId] = true
		before := done[l.InvoiceLineId]
		if before == nil {
			before = &credited{taxes: map[string]position{}}
		}
		if err := violations.Merge(path, creditLine(l, from, before, i)); err != nil {
			return err
		}
	}
	if err := violations.Err(); err != nil {
		return err
	}
	for _, l := range n.Lines {
		if err := total.add(l); err != nil {
			return err
		}
	}
	return total.set(n)
}

// remainingLines returns credit lines for what is left of each line of an invoice.
func remainingLines(i *pb.Invoice, done map[string]*credited) (lines []*pb.CreditNote_Line) {
	for _, l := range i.Lines {
		amount, err := money.Parse(l.Amount.Amount, i.CurrencyCode)
		if before := done[l.Id]; err == nil && (before == nil || before.amount != amount) {
			lines = append(lines, &pb.CreditNote_Line{InvoiceLineId: l.Id})
		}
	}
	return lines
}

// creditLine computes a line of a credit note: its share of the net amount and of each tax of the
// line of the invoice. A share is the difference of two rounded running totals, so that the shares
// of all credit notes add up to the line and never exceed it.
func creditLine(l *pb.CreditNote_Line, from *pb.DocumentLine, before *credited, i *pb.Invoice) error {
	currency := i.CurrencyCode
	whole, err := money.Parse(from.Amount.Amount, currency)
	if err != nil {
		return err
	}
	part, err := creditedPart(l, from, before, whole, currency)
	if err != nil {
		return err
	}
	net, charge, err := readNetAndTax(from, currency)
	if err != nil {
		return err
	}
	share := func(total, taken int64) int64 {
		if whole == 0 {
			return total - taken
		}
		return receivables.Proportion(total, before.amount+part, whole) - taken
	}
	var charged int64
	l.Taxes = nil
	for _, t := range from.Taxes {
		was := before.taxes[t.ComponentId]
		minor, base, err := readTax(t, currency)
		if err != nil {
			return err
		}
		credit := position{share(minor, was.minor), share(base, was.base)}
		l.Taxes = append(l.Taxes, withAmounts(t, credit.base, credit.minor, currency))
		if t.Effect != pb.TaxRate_WITHHELD && t.Effect != pb.TaxRate_REVERSE_CHARGED {
			charged += credit.minor
		}
	}
	l.Amount, l.Description = money.ToProto(part, currency), from.Description
	l.NetAmount, l.TaxAmount = money.ToProto(share(net, before.net), currency), money.ToProto(charged, currency)
	if i.PriceMode == pb.TaxCalculation_INCLUSIVE { // the price includes taxes, so its share is the total
		l.NetAmount = money.ToProto(share(net+charge, before.gross)-charged, currency)
	}
	return nil
}

// readNetAndTax returns the net amount and the taxes of a line, in minor units.
func readNetAndTax(l *pb.DocumentLine, currency string) (net, charge int64, err error) {
	if net, err = money.Parse(l.NetAmount.Amount, currency); err != nil {
		return 0, 0, err
	}
	charge, err = money.Parse(l.TaxAmount.Amount, currency)
	return net, charge, err
}

// readTax returns the amount and the base of a tax, in minor units.
func readTax(t *pb.TaxCalculation_Tax, currency string) (minor, base int64, err error) {
	if minor, err = money.Parse(t.Amount.Amount, currency); err != nil {
		return 0, 0, err
	}
	base, err = money.Parse(t.Base.Amount, currency)
	return minor, base, err
}

// creditedPart returns the amount that a line of a credit note credits, in the price mode of the
// invoice, and sets its quantity. It refuses more than is left.
func creditedPart(
	l *pb.CreditNote_Line, from *pb.DocumentLine, before *credited, whole int64, currency string,
) (int64, error) {
	quantity, err := decimal.NewFromString(from.Quantity)
	if err != nil {
		return 0, err
	}
	divided := DividedLine{Currency: currency, Whole: whole, Left: whole - before.amount, Quantity: quantity,
		LeftQuantity: quantity.Sub(before.quantity), Exceeded: optionsv1.Reason_CREDIT_EXCEEDS_INVOICE}
	part, taken, err := divided.Take(l.Quantity, l.Amount)
	l.Quantity = taken
	return part, err
}
