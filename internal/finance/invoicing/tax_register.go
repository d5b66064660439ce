package invoicing

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
)

// newTaxSums returns the taxes of an invoice.
func newTaxSums(i *pb.Invoice) (*tax.Sums, error) {
	s := tax.NewSums(i.CurrencyCode)
	for _, l := range i.Lines {
		if err := addLineTaxes(s, i, l.TaxCodeId, l.NetAmount.Amount, l.Taxes); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// addLineTaxes adds the taxes of a line of an invoice, or of a credit note for it.
func addLineTaxes(
	s *tax.Sums, i *pb.Invoice, codeID, net string, taxes []*pb.TaxCalculation_Tax,
) error {
	if codeID == "" || i.PriceMode == pb.TaxCalculation_NO_TAX {
		return nil
	}
	return s.AddLine(codeID, net, taxes)
}

// postedTaxes returns what the lines of an entry posted to the accounts of taxes, which are those
// of its parts.
func (p *posting) postedTaxes(lines []*pb.JournalLine, base string) (map[string]tax.Posted, error) {
	if p.payable != 0 && len(lines) > 0 {
		lines = lines[1:] // the line of the receivable
	}
	posted := map[string]tax.Posted{}
	for n, part := range p.parts {
		if !part.Tax || n >= len(lines) {
			continue
		}
		minor, err := money.Parse(lines[n].Amount.GetAmount(), lines[n].Amount.GetCurrencyCode())
		if err != nil {
			return nil, err
		}
		value, err := money.Parse(lines[n].BaseAmount.GetAmount(), base)
		if err != nil {
			return nil, err
		}
		posted[part.AccountId] = tax.Posted{Tax: -minor, BaseTax: -value}
	}
	return posted, nil
}

// recordTaxes adds the taxes of an issued invoice to the register, and completes what its
// receivable keeps of them.
func (p *posting) recordTaxes(ctx context.Context, tx *db.Tx, i *pb.Invoice) error {
	item, err := tax.NewItem("RECEIVABLE", "rcv", receivableID(i.Id), p.payable)
	if err != nil {
		return err
	}
	amounts := p.taxes.Amounts(1, tax.Amount{Date: i.IssueDate, DocumentID: i.Id, DocumentNumber: i.Number,
		ContactID: i.CustomerId, EntryID: i.JournalEntryId, Item: item})
	if err := p.convertTaxes(tx, amounts, i); err != nil {
		return err
	}
	if err := tax.Record(ctx, tx, amounts); err != nil {
		return err
	}
	for n, a := range amounts {
		p.taxes.Taxes()[n].Category = a.Category
	}
	return nil
}

// recordCreditedTaxes adds the taxes of a credit note to the register. They have the categories of
// the invoice.
func (p *posting) recordCreditedTaxes(
	ctx context.Context, tx *db.Tx, n *pb.CreditNote, i *pb.Invoice, settled []*pb.Receivable,
) error {
	item, err := tax.NewItem("CREDIT", "ccr", receivables.CreditID(n.Id), p.payable)
	if err != nil {
		return err
	}
	categories := map[string]pb.TaxCode_Category{}
	for _, r := range settled {
		for _, t := range r.Taxes {
			categories[t.TaxCodeId] = t.Category
		}
	}
	for _, t := range p.taxes.Taxes() {
		t.Category = categories[t.TaxCodeId]
	}
	amounts := p.taxes.Amounts(-1, tax.Amount{Date: n.IssueDate, DocumentID: n.Id, DocumentNumber: n.Number,
		ContactID: n.CustomerId, EntryID: n.JournalEntryId, Item: item})
	if err := p.convertTaxes(tx, amounts, i); err != nil {
		return err
	}
	return tax.Record(ctx, tx, amounts)
}

// convertTaxes sets the amounts in the organization's currency to those of the posted entry.
func (p *posting) convertTaxes(tx *db.Tx, amounts []tax.Amount, i *pb.Invoice) error {
	base := tx.Call().Organization.CurrencyCode
	if err := tax.Convert(amounts, base, i.ExchangeRate); err != nil {
		return err
	}
	posted, err := p.postedTaxes(p.posted, base)
	tax.Adjust(amounts, posted)
	return err
}
