package salesdocuments

import (
	"context"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/banking"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper/letter"
)

var invoiceSource = source{read: readInvoice, permission: "finance.invoices.read", mail: invoiceMail}

// readInvoice returns an invoice as it is printed.
func readInvoice(ctx context.Context, tx *db.Tx, invoiceID string) (*document, error) {
	i, err := invoicing.FindInvoice(ctx, tx, invoiceID)
	if err != nil {
		return nil, err
	}
	d := &document{id: i.Id}
	if d.setting, err = newSetting(ctx, tx, i.CustomerId); err != nil {
		return nil, err
	}
	d.describeInvoice(i)
	d.letter.Notes = legalNotes(i.Lines)
	if i.State == pb.Invoice_ISSUED || i.State == pb.Invoice_WRITTEN_OFF {
		if err := d.addSettlements(ctx, tx, i); err != nil {
			return nil, err
		}
	}
	if i.State != pb.Invoice_ISSUED {
		d.refusal = fault.Refuse(optionsv1.Reason_DOCUMENT_NOT_SENDABLE,
			"The invoice is %s; only an issued invoice can be sent.", i.State).WithSubject(i.Id)
		return d, nil
	}
	account, err := banking.AccountForCustomers(ctx, tx, i.CurrencyCode)
	if err != nil {
		return nil, err
	}
	if err := d.askForPayment(ctx, tx, i, account); err != nil {
		return nil, err
	}
	d.public = d.publicInvoice(i, account, tx.Call().Today())
	due, err := calendar.ParseDate(i.DueDate)
	if err != nil {
		return nil, err
	}
	d.values = template.Values{
		"number": i.Number, "total": i.TotalAmount, "open_amount": i.OpenAmount, "due_date": due,
		"reference": i.Reference, "request": d.request,
	}
	return d, nil
}

// describeInvoice fills in what the record itself says.
func (d *document) describeInvoice(i *pb.Invoice) {
	w, l := d.words, &d.letter
	l.Title = strings.TrimSpace(w.invoice + " " + i.Number)
	d.fileName = l.Title
	switch i.State {
	case pb.Invoice_DRAFT:
		l.Stamp = w.draft
	case pb.Invoice_VOID:
		l.Stamp = w.void
	case pb.Invoice_WRITTEN_OFF:
		l.Stamp = w.writtenOff
	}
	name, at, number := i.CustomerName, i.BillingAddress, i.CustomerTaxNumber
	if i.State == pb.Invoice_DRAFT {
		name, at, number = d.customerName(), d.customer.GetBillingAddress(), d.customer.GetTaxNumber()
	}
	l.Recipient = d.recipient(name, at)
	l.Facts = facts(letter.Fact{Label: w.issueDate, Value: d.date(i.IssueDate)},
		letter.Fact{Label: w.dueDate, Value: d.date(i.DueDate)}, letter.Fact{Label: w.reference, Value: i.Reference},
		letter.Fact{Label: w.customerTaxNumber, Value: number})
	l.Introduction, l.Closing = i.Introduction, i.ClosingText
	lines := d.printedLines(i)
	l.Table = d.lineTable(lines, i.CurrencyCode)
	l.Totals = d.totals(sumsOf(lines, sums{currency: i.CurrencyCode, discount: i.DiscountPercent, net: i.NetAmount,
		inclusive: i.PriceMode == pb.TaxCalculation_INCLUSIVE, total: i.TotalAmount, taxes: i.Taxes}))
	l.Totals = append(l.Totals, d.taxTotals(i.Taxes, pb.TaxRate_WITHHELD, w.withheld, true)...)
	l.Summary = d.taxSummary(i.Taxes)
}

// printedLines returns the lines of an invoice. One that was taken over from another program has
// none; its paper has one line with what was open.
func (d *document) printedLines(i *pb.Invoice) []*pb.DocumentLine {
	if i.OpeningDate == "" {
		return i.Lines
	}
	return []*pb.DocumentLine{{Description: d.words.openAmount + ", " + d.date(i.OpeningDate), Quantity: "1",
		UnitPrice: i.TotalAmount.GetAmount(), Amount: i.TotalAmount}}
}

// facts returns the facts that have a value.
func facts(all ...letter.Fact) (out []letter.Fact) {
	for _, f := range all {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

// addSettlements lists what has been settled of an invoice, and what is open.
func (d *document) addSettlements(ctx context.Context, tx *db.Tx, i *pb.Invoice) error {
	settled, err := receivables.SettlementsOf(ctx, tx, receivables.ReceivableID(i.Id))
	if err != nil {
		return err
	}
	left := minor(i.TotalAmount) - minor(i.WithheldAmount)
	add := func(label string, minor int64) {
		if minor != 0 {
			left -= minor
			d.letter.Totals = append(d.letter.Totals,
				letter.Total{Label: label, Amount: money.Format(-minor, i.CurrencyCode)})
		}
	}
	for _, s := range settled {
		add(d.settlementLabel(s), s.Minor)
		add(format(d.words.discountOn, d.language.Date(s.Date)), s.DiscountMinor)
		add(d.words.rounding, s.DifferenceMinor)
	}
	add(d.words.loss, left-minor(i.OpenAmount))
	d.letter.Totals = append(d.letter.Totals, letter.Total{
		Label: format(d.words.balance, i.CurrencyCode), Amount: i.OpenAmount.GetAmount(), Kind: letter.Result,
	})
	return nil
}

// settlementLabel says with what a part of an invoice was settled. A deposit is listed with the
// taxes that it contains, which were due when it was paid (Article 226 of Directive 2006/112/EC).
func (s setting) settlementLabel(of receivables.Settlement) string {
	w := s.words
	switch {
	case of.CreditKind == pb.CustomerCredit_CREDIT_NOTE:
		return format(w.creditNoteOf, of.CreditNumber, s.language.Date(of.CreditDate))
	case of.DepositNumber == "":
		return format(w.paidOn, s.language.Date(of.Date))
	}
	label := format(w.depositOf, of.DepositNumber, s.language.Date(of.CreditDate))
	for _, t := range of.DepositTaxes {
		if !isZero(t.GetAmount()) && t.GetEffect() == pb.TaxRate_CHARGED {
			label += "\n" + format(w.includedTax, t.GetDisplayName(), s.percent(t.GetPercent())) + ": " +
				s.language.Decimal(t.GetAmount().GetAmount())
		}
	}
	return label
}

// askForPayment adds how to pay what is open of an invoice.
func (d *document) askForPayment(ctx context.Context, tx *db.Tx, i *pb.Invoice, account *pb.BankAccount) error {
	if isZero(i.OpenAmount) {
		return nil
	}
	r, err := receivables.FindReceivable(ctx, tx, receivables.ReceivableID(i.Id))
	if err != nil {
		return err
	}
	today := tx.Call().Today()
	text := d.paymentRequest(i.OpenAmount, i.DueDate, today)
	if r.DiscountDate >= today.String() && i.PaymentStatus == pb.Invoice_UNPAID && !isZero(r.DiscountAmount) {
		text += " " + format(d.words.earlyPayment, d.date(r.DiscountDate), d.language.Money(r.DiscountAmount))
	}
	d.request = text
	d.letter.Payment = d.paymentTo(account, text, i.OpenAmount, i.Number)
	return nil
}
