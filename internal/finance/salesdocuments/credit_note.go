package salesdocuments

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/paper/letter"
)

var creditNoteSource = source{read: readCreditNote, permission: "finance.creditNotes.read", mail: creditNoteMail}

// readCreditNote returns a credit note as it is printed.
func readCreditNote(ctx context.Context, tx *db.Tx, creditNoteID string) (*document, error) {
	n, err := invoicing.FindCreditNote(ctx, tx, creditNoteID)
	if err != nil {
		return nil, err
	}
	i, err := invoicing.FindInvoiceOf(ctx, tx, n)
	if err != nil {
		return nil, err
	}
	d := &document{id: n.Id}
	if d.setting, err = newSetting(ctx, tx, n.CustomerId); err != nil {
		return nil, err
	}
	d.fileName = d.words.creditNote + " " + n.Number
	d.describeCreditNote(n, i)
	d.letter.Notes = legalNotes(creditedLines(n, i))
	d.public = d.publicCreditNote(n, i)
	if n.State == pb.CreditNote_VOID {
		d.public = nil
		d.letter.Stamp = d.words.void
		d.refusal = fault.Refuse(optionsv1.Reason_DOCUMENT_NOT_SENDABLE, "The credit note is void.").WithSubject(n.Id)
	}
	d.values = template.Values{"number": n.Number, "total": n.TotalAmount, "invoice_number": i.Number}
	return d, nil
}

// creditedLines returns the lines of an invoice that a credit note credits.
func creditedLines(n *pb.CreditNote, i *pb.Invoice) (out []*pb.DocumentLine) {
	credited := map[string]bool{}
	for _, l := range n.Lines {
		credited[l.InvoiceLineId] = true
	}
	for _, l := range i.Lines {
		if credited[l.Id] {
			out = append(out, l)
		}
	}
	return out
}

// describeCreditNote fills in what the record itself says. It is addressed like its invoice.
func (d *document) describeCreditNote(n *pb.CreditNote, i *pb.Invoice) {
	w, l := d.words, &d.letter
	l.Title = d.fileName
	l.Recipient = d.recipient(i.CustomerName, i.BillingAddress)
	l.Facts = facts(letter.Fact{Label: w.issueDate, Value: d.date(n.IssueDate)},
		letter.Fact{Label: w.forInvoice, Value: i.Number + " (" + d.date(i.IssueDate) + ")"},
		letter.Fact{Label: w.reference, Value: i.Reference},
		letter.Fact{Label: w.customerTaxNumber, Value: i.CustomerTaxNumber})
	l.Introduction = n.Reason
	l.Table = d.creditTable(n)
	currency := n.TotalAmount.GetCurrencyCode()
	l.Totals = d.totals(sums{currency: currency, net: n.NetAmount, total: n.TotalAmount, taxes: n.Taxes,
		lineAmounts: minor(n.NetAmount)})
	l.Totals[len(l.Totals)-1].Label = format(w.credited, currency)
	if !isZero(n.OpenAmount) {
		l.Totals = append(l.Totals,
			letter.Total{Label: format(w.leftOver, currency), Amount: n.OpenAmount.GetAmount()})
	}
	l.Summary = d.taxSummary(n.Taxes)
}

// creditTable returns the lines of a credit note.
func (s setting) creditTable(n *pb.CreditNote) letter.Table {
	w := s.words
	t := letter.Table{Columns: []letter.Column{
		{Label: w.description}, {Label: w.quantity, Number: true}, {Label: w.tax, Number: true}, {Label: w.net, Number: true},
	}}
	for _, l := range n.Lines {
		t.Rows = append(t.Rows, []letter.Cell{
			{Text: l.Description}, {Text: l.Quantity}, {Text: s.taxRates(l.Taxes)}, {Text: l.NetAmount.GetAmount()},
		})
	}
	return t
}
