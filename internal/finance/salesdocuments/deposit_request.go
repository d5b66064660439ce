package salesdocuments

import (
	"context"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/banking"
	"backoffice/internal/finance/deposits"
	"backoffice/internal/finance/quotes"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper/letter"
)

var depositRequestSource = source{
	read: readDepositRequest, permission: "finance.depositRequests.read", mail: depositRequestMail,
}

// readDepositRequest returns a deposit request as it is printed.
func readDepositRequest(ctx context.Context, tx *db.Tx, requestID string) (*document, error) {
	r, err := deposits.FindRequest(ctx, tx, requestID)
	if err != nil {
		return nil, err
	}
	q, err := quotes.FindByDepositRequest(ctx, tx, requestID)
	if err != nil {
		return nil, err
	}
	d := &document{id: r.Id}
	if d.setting, err = newSetting(ctx, tx, r.CustomerId); err != nil {
		return nil, err
	}
	d.describeDepositRequest(r, q)
	if r.State != pb.DepositRequest_ISSUED {
		d.refusal = fault.Refuse(optionsv1.Reason_DOCUMENT_NOT_SENDABLE,
			"The deposit request is %s; only an issued one can be sent.", r.State).WithSubject(r.Id)
		return d, nil
	}
	account, err := banking.AccountForCustomers(ctx, tx, r.CurrencyCode)
	if err != nil {
		return nil, err
	}
	open := d.addPaid(r)
	if !isZero(open) {
		d.request = d.paymentRequest(open, r.DueDate, tx.Call().Today())
		d.letter.Payment = d.paymentTo(account, d.request, open, r.Number)
	}
	d.public = d.publicDepositRequest(r, open, account, tx.Call().Today())
	due, err := calendar.ParseDate(r.DueDate)
	d.values = template.Values{"number": r.Number, "total": r.TotalAmount, "open_amount": open, "due_date": due,
		"reference": r.Reference, "request": d.request}
	return d, err
}

// describeDepositRequest fills in what the record itself says. q is the quote that asked for the
// deposit, or nil.
func (d *document) describeDepositRequest(r *pb.DepositRequest, q *pb.Quote) {
	w, l := d.words, &d.letter
	l.Title = strings.TrimSpace(w.depositRequest + " " + r.Number)
	d.fileName = l.Title
	l.Stamp = map[pb.DepositRequest_State]string{pb.DepositRequest_DRAFT: w.draft,
		pb.DepositRequest_VOID: w.void}[r.State]
	name, at, number := r.CustomerName, r.BillingAddress, r.CustomerTaxNumber
	if r.State == pb.DepositRequest_DRAFT {
		name, at, number = d.customerName(), d.customer.GetBillingAddress(), d.customer.GetTaxNumber()
	}
	l.Recipient = d.recipient(name, at)
	l.Facts = facts(letter.Fact{Label: w.issueDate, Value: d.date(r.IssueDate)},
		letter.Fact{Label: w.dueDate, Value: d.date(r.DueDate)}, letter.Fact{Label: w.forQuote, Value: d.quoteName(q)},
		letter.Fact{Label: w.reference, Value: r.Reference}, letter.Fact{Label: w.customerTaxNumber, Value: number})
	l.Introduction, l.Closing = r.Introduction, r.ClosingText
	l.Notes = append(legalNotes(r.Lines), w.notAnInvoice)
	l.Table = d.lineTable(r.Lines, r.CurrencyCode)
	l.Totals = d.totals(sumsOf(r.Lines, sums{currency: r.CurrencyCode, net: r.NetAmount,
		inclusive: r.PriceMode == pb.TaxCalculation_INCLUSIVE, total: r.TotalAmount, taxes: r.Taxes}))
	l.Summary = d.taxSummary(r.Taxes)
}

// quoteName returns number, date and total of a quote, "" for nil.
func (s setting) quoteName(q *pb.Quote) string {
	if q == nil {
		return ""
	}
	return q.Number + " (" + s.date(q.QuoteDate) + "), " + s.language.Money(q.TotalAmount)
}

// addPaid lists what is paid of an issued deposit request, and returns what is open.
func (d *document) addPaid(r *pb.DepositRequest) *typepb.Money {
	paid, total := minor(r.PaidAmount), minor(r.TotalAmount)
	open := money.ToProto(max(total-paid, 0), r.CurrencyCode)
	if paid != 0 {
		d.letter.Totals = append(d.letter.Totals,
			letter.Total{Label: d.words.paid, Amount: money.Format(-paid, r.CurrencyCode)},
			letter.Total{Label: format(d.words.balance, r.CurrencyCode), Amount: open.GetAmount(), Kind: letter.Result})
	}
	return open
}
