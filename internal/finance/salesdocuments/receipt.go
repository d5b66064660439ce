package salesdocuments

import (
	"context"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper/letter"
)

var receiptSource = source{read: readReceipt, permission: "finance.payments.read", mail: receiptMail}

// readReceipt returns the receipt of a payment as it is printed.
func readReceipt(ctx context.Context, tx *db.Tx, paymentID string) (*document, error) {
	p, err := receivables.FindPayment(ctx, tx, paymentID)
	if err != nil {
		return nil, err
	}
	d := &document{id: p.Id}
	if d.setting, err = newSetting(ctx, tx, p.CustomerId); err != nil {
		return nil, err
	}
	uses, err := receivables.UsesOf(ctx, tx, receivables.CreditID(p.Id))
	if err != nil {
		return nil, err
	}
	d.describePayment(p, uses)
	if p.DepositRequestId != "" {
		if err := d.addDeposit(ctx, tx, p); err != nil {
			return nil, err
		}
	}
	d.public = d.publicReceipt(p)
	if p.State == pb.Payment_VOID {
		d.public = nil
		d.letter.Stamp = d.words.void
		d.refusal = fault.Refuse(optionsv1.Reason_DOCUMENT_NOT_SENDABLE, "The payment is void.").WithSubject(p.Id)
	}
	date, err := calendar.ParseDate(p.Date)
	if err != nil {
		return nil, err
	}
	d.values = template.Values{"total": p.Amount, "date": date}
	return d, nil
}

// describePayment fills in a payment and the documents that it settles.
func (d *document) describePayment(p *pb.Payment, uses []receivables.Use) {
	w, l := d.words, &d.letter
	d.fileName = w.receipt + " " + p.Date
	l.Title = w.receipt
	l.Recipient = d.recipient(d.customerName(), d.customer.GetBillingAddress())
	l.Facts = facts(letter.Fact{Label: w.date, Value: d.date(p.Date)},
		letter.Fact{Label: w.method, Value: w.methods[p.Method]}, letter.Fact{Label: w.paymentReference, Value: p.Reference})
	l.Introduction = format(w.received, d.language.Money(p.Amount), d.date(p.Date))
	currency := p.Amount.GetCurrencyCode()
	if len(uses) > 0 {
		l.Table = letter.Table{Columns: []letter.Column{
			{Label: w.document}, {Label: w.issueDate}, {Label: strings.TrimSuffix(w.total, " (%s)"), Number: true},
			{Label: w.amount, Number: true},
		}}
		for _, u := range uses {
			l.Table.Rows = append(l.Table.Rows, []letter.Cell{
				{Text: u.Number}, {Text: d.language.Date(u.Date)}, {Text: d.language.Money(u.TotalAmount)},
				{Text: money.Format(u.Minor, currency)},
			})
		}
	}
	l.Totals = []letter.Total{{Label: format(w.total, currency), Amount: p.Amount.GetAmount(), Kind: letter.Result}}
	if !isZero(p.OpenAmount) {
		l.Totals = append(l.Totals, letter.Total{Label: format(w.leftOver, currency), Amount: p.OpenAmount.GetAmount()})
	}
}

// addDeposit adds the deposit request that a payment pays, and the taxes that are due with it.
func (d *document) addDeposit(ctx context.Context, tx *db.Tx, p *pb.Payment) error {
	credits, err := receivables.FindCredits(ctx, tx, []string{receivables.CreditID(p.Id)})
	if err != nil {
		return err
	}
	var taxes []*pb.TaxCalculation_Tax
	for _, c := range credits {
		d.letter.Facts = append(d.letter.Facts,
			letter.Fact{Label: d.words.depositRequest, Value: c.DepositRequestNumber})
		for _, t := range c.Taxes {
			taxes = append(taxes, &pb.TaxCalculation_Tax{DisplayName: t.DisplayName, Percent: t.Percent,
				Effect: t.Effect, Base: t.TaxableAmount, Amount: t.Amount})
		}
	}
	d.letter.Summary = d.taxSummary(taxes)
	return nil
}
