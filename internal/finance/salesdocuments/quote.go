package salesdocuments

import (
	"context"
	"strconv"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/quotes"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/paper/letter"
)

var quoteSource = source{read: readQuote, permission: "finance.quotes.read", mail: quoteMail}

// readQuote returns a quote as it is printed.
func readQuote(ctx context.Context, tx *db.Tx, quoteID string) (*document, error) {
	q, err := quotes.Find(ctx, tx, quoteID)
	if err != nil {
		return nil, err
	}
	d := &document{id: q.Id}
	if d.setting, err = newQuoteSetting(ctx, tx, q); err != nil {
		return nil, err
	}
	deposit, err := quotes.DepositAmount(q)
	if err != nil {
		return nil, err
	}
	d.describeQuote(q, deposit)
	switch q.State {
	case pb.Quote_DRAFT, pb.Quote_DECLINED, pb.Quote_EXPIRED:
		d.refusal = fault.Refuse(optionsv1.Reason_DOCUMENT_NOT_SENDABLE,
			"The quote is %s; only one that is sent or accepted can be mailed.", q.State).WithSubject(q.Id)
	}
	if q.State != pb.Quote_DRAFT {
		d.public = d.publicQuote(q, deposit)
	}
	d.values = template.Values{"number": q.Number, "total": q.TotalAmount, "reference": q.Reference,
		"validity": d.request}
	return d, nil
}

// newQuoteSetting returns the setting of a quote for its customer or its prospect.
func newQuoteSetting(ctx context.Context, tx *db.Tx, q *pb.Quote) (setting, error) {
	if q.CustomerId != "" {
		return newSetting(ctx, tx, q.CustomerId)
	}
	p := &pb.Customer{DisplayName: q.Prospect.GetDisplayName(), BillingAddress: q.Prospect.GetAddress()}
	if email := q.Prospect.GetEmail(); email != "" {
		p.RecipientEmails = []string{email}
	}
	return newSettingFor(ctx, tx, p)
}

// describeQuote fills in what the record itself says.
func (d *document) describeQuote(q *pb.Quote, deposit *typepb.Money) {
	w, l := d.words, &d.letter
	l.Title = strings.TrimSpace(w.quote + " " + q.Number)
	d.fileName = l.Title
	l.Stamp = map[pb.Quote_State]string{pb.Quote_DRAFT: w.draft, pb.Quote_DECLINED: w.declined,
		pb.Quote_EXPIRED: w.expired}[q.State]
	name, at, number := q.CustomerName, q.BillingAddress, q.CustomerTaxNumber
	if q.State == pb.Quote_DRAFT {
		name, at, number = d.customerName(), d.customer.GetBillingAddress(), d.customer.GetTaxNumber()
	}
	l.Recipient = d.recipient(name, at)
	l.Facts = facts(letter.Fact{Label: w.issueDate, Value: d.date(q.QuoteDate)},
		letter.Fact{Label: w.validUntil, Value: d.date(q.ExpireDate)},
		letter.Fact{Label: w.revision, Value: revisionOf(q)}, letter.Fact{Label: w.reference, Value: q.Reference},
		letter.Fact{Label: w.customerTaxNumber, Value: number})
	l.Introduction, l.Closing, l.Notes = q.Introduction, q.ClosingText, legalNotes(q.Lines)
	l.Table = d.lineTable(q.Lines, q.CurrencyCode)
	l.Totals = d.totals(sumsOf(q.Lines, sums{currency: q.CurrencyCode, discount: q.DiscountPercent, net: q.NetAmount,
		inclusive: q.PriceMode == pb.TaxCalculation_INCLUSIVE, total: q.TotalAmount, taxes: q.Taxes}))
	l.Totals = append(l.Totals, d.taxTotals(q.Taxes, pb.TaxRate_WITHHELD, w.withheld, true)...)
	if deposit != nil {
		l.Totals = append(l.Totals,
			letter.Total{Label: format(w.depositOnAcceptance, q.CurrencyCode), Amount: deposit.GetAmount()})
	}
	l.Summary = d.taxSummary(q.Taxes)
	l.Payment = letter.Payment{Heading: w.acceptance, Text: d.answerText(q)}
	if q.State == pb.Quote_SENT {
		d.request = l.Payment.Text
	}
}

// revisionOf returns the revision of a quote, "" for the first one.
func revisionOf(q *pb.Quote) string {
	if q.Revision < 2 {
		return ""
	}
	return strconv.Itoa(int(q.Revision))
}

// answerText says until when a quote can be accepted, or how it was answered.
func (s setting) answerText(q *pb.Quote) string {
	w := s.words
	switch {
	case q.State == pb.Quote_ACCEPTED:
		return format(w.acceptedBy, q.AcceptedBy, s.date(q.AcceptDate))
	case q.State == pb.Quote_DECLINED:
		return format(w.declinedOn, s.date(q.DeclineDate))
	case q.ExpireDate != "" && q.State != pb.Quote_EXPIRED:
		return format(w.acceptUntil, s.date(q.ExpireDate))
	}
	return ""
}
