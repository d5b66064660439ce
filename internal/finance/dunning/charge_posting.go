package dunning

import (
	"context"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/tax"
	"backoffice/internal/finance/tax/calculation"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
)

// chargePosting is the entry of what a notice charges.
type chargePosting struct {
	entry *pb.JournalEntry
	parts []*pb.Receivable_Part
	// taxes are those of the tax register, which the receivable keeps too.
	taxes *tax.Sums
}

// preparePosting calculates the tax of a notice and prepares the entry of what it charges: the
// receivable against late fees and taxes. A notice that charges nothing has none.
func (d *noticeDraft) preparePosting(ctx context.Context, tx *db.Tx) error {
	if d.charged() == 0 {
		return nil
	}
	fees, err := ledger.RoleAccount(ctx, tx, pb.AccountRole_LATE_FEES)
	if err != nil {
		return err
	}
	receivable, err := ledger.RoleAccount(ctx, tx, pb.AccountRole_RECEIVABLE)
	if err != nil {
		return err
	}
	p := &chargePosting{taxes: tax.NewSums(d.CurrencyCode)}
	p.add(fees, d.fee+d.fixedSum, d.CurrencyCode, false)
	p.add(fees, d.interest, d.CurrencyCode, false)
	taxed, err := p.addTaxes(d)
	if err != nil {
		return err
	}
	d.setTax(taxed)
	p.entry = &pb.JournalEntry{Date: d.Date, Source: pb.JournalEntry_DUNNING_NOTICE, SourceId: d.Id,
		CurrencyCode: d.CurrencyCode, ExchangeRate: d.terms.rate, Description: "Late charges to " + d.CustomerName,
		Lines: []*pb.JournalLine{{AccountId: receivable, Amount: d.ChargedAmount}}}
	for _, part := range p.parts {
		p.entry.Lines = append(p.entry.Lines, &pb.JournalLine{AccountId: part.AccountId,
			Amount: money.Negated(part.Amount)})
	}
	d.posting = p
	return nil
}

// add adds a part, unless it is zero.
func (p *chargePosting) add(account string, minor int64, currency string, isTax bool) {
	if minor != 0 {
		p.parts = append(p.parts, &pb.Receivable_Part{AccountId: account, Tax: isTax,
			Amount: money.ToProto(minor, currency)})
	}
}

// addTaxes adds the taxes of the policy's tax code, and returns the sum of those that the customer
// pays, in minor units. Nothing is withheld from late charges.
func (p *chargePosting) addTaxes(d *noticeDraft) (sum int64, err error) {
	code := d.policy.TaxCodeId
	if code == "" {
		return 0, nil
	}
	digits, _ := money.Digits(d.CurrencyCode)
	document := calculation.Document{Digits: digits, Mode: calculation.Exclusive, Rounding: calculation.PerDocumentRate,
		Lines: []calculation.Line{{Quantity: decimal.NewFromInt(1), Components: d.terms.codes[code].Components,
			UnitPrice: decimal.New(d.charged(), int32(-digits))}}}
	result, err := calculation.Calculate(document)
	if err != nil {
		return 0, err
	}
	var taxes []*pb.TaxCalculation_Tax
	described := tax.DescribeTaxes(result.Taxes, d.CurrencyCode, d.terms.codes)
	for _, t := range described {
		if t.Effect == pb.TaxRate_WITHHELD {
			continue
		}
		taxes = append(taxes, t)
		if t.Effect == pb.TaxRate_REVERSE_CHARGED {
			continue
		}
		minor, err := money.Parse(t.Amount.Amount, d.CurrencyCode)
		if err != nil {
			return 0, err
		}
		p.add(t.AccountId, minor, d.CurrencyCode, true)
		sum += minor
	}
	if len(taxes) == 0 && len(described) > 0 {
		return 0, nil
	}
	return sum, p.taxes.AddLine(code, money.Format(d.charged(), d.CurrencyCode), taxes)
}

// post posts what a notice charges. The caller has locked what it locks.
func (d *noticeDraft) post(ctx context.Context, tx *db.Tx) error {
	if d.posting == nil {
		return nil
	}
	if err := ledger.Post(ctx, tx, d.posting.entry); err != nil {
		return err
	}
	d.JournalEntryId, d.ReceivableId = d.posting.entry.Id, receivables.ReceivableID(d.Id)
	return nil
}

// recordTaxes adds the taxes of what a notice charges to the tax register.
func (d *noticeDraft) recordTaxes(ctx context.Context, tx *db.Tx, charged int64) error {
	item, err := tax.NewItem("RECEIVABLE", "rcv", d.ReceivableId, charged)
	if err != nil {
		return err
	}
	base := tx.Call().Organization.CurrencyCode
	posted := map[string]tax.Posted{}
	for n, part := range d.posting.parts {
		if !part.Tax {
			continue
		}
		l := d.posting.entry.Lines[n+1] // after the receivable
		minor, err := money.Parse(l.Amount.Amount, d.CurrencyCode)
		if err != nil {
			return err
		}
		value, err := money.Parse(l.BaseAmount.GetAmount(), base)
		if err != nil {
			return err
		}
		was := posted[part.AccountId]
		posted[part.AccountId] = tax.Posted{Tax: was.Tax - minor, BaseTax: was.BaseTax - value}
	}
	amounts := d.posting.taxes.Amounts(1, tax.Amount{Date: d.Date, DocumentID: d.Id, DocumentNumber: d.Number,
		ContactID: d.CustomerId, Item: item, EntryID: d.JournalEntryId})
	if err := tax.Convert(amounts, base, d.posting.entry.ExchangeRate); err != nil {
		return err
	}
	tax.Adjust(amounts, posted)
	if err := tax.Record(ctx, tx, amounts); err != nil {
		return err
	}
	for n, t := range d.posting.taxes.Taxes() {
		t.Category = amounts[n].Category
	}
	return nil
}

// openReceivable opens the receivable of what a notice charges. It is due on the notice's date.
func (d *noticeDraft) openReceivable(ctx context.Context, tx *db.Tx) error {
	if d.posting == nil {
		return nil
	}
	first := d.posting.entry.Lines[0]
	base, err := money.Parse(first.BaseAmount.GetAmount(), first.BaseAmount.GetCurrencyCode())
	if err != nil {
		return err
	}
	charged, err := money.Parse(d.ChargedAmount.Amount, d.CurrencyCode)
	if err != nil {
		return err
	}
	if err := d.recordTaxes(ctx, tx, charged); err != nil {
		return err
	}
	return receivables.OpenReceivable(ctx, tx, &pb.Receivable{Id: d.ReceivableId, CustomerId: d.CustomerId,
		DocumentId: d.Id, Kind: pb.Receivable_LATE_CHARGE, Number: d.Number, Date: d.Date, DueDate: d.Date,
		TotalAmount: d.ChargedAmount, Parts: d.posting.parts, Taxes: d.posting.taxes.Taxes(), AccountId: first.AccountId},
		base, d.JournalEntryId)
}
