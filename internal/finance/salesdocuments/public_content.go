package salesdocuments

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// newPublic returns what a document of any kind tells its customer.
func (s setting) newPublic(kind pb.PublicDocument_Kind) *pb.PublicDocument {
	o := s.organization
	return &pb.PublicDocument{
		Kind: kind, LanguageCode: s.language.Code, CustomerName: s.customerName(),
		CustomerAddress: s.customer.GetBillingAddress(),
		Seller: &pb.PublicDocument_Seller{DisplayName: s.sellerName(), Address: o.GetAddress(), Email: o.GetEmail(),
			Phone: o.GetPhone(), Website: o.GetWebsite(), TaxNumber: o.GetTaxNumber()},
	}
}

// publicInvoice returns what an issued invoice tells its customer.
func (d *document) publicInvoice(i *pb.Invoice, account *pb.BankAccount, today calendar.Date) *pb.PublicDocument {
	p := d.newPublic(pb.PublicDocument_INVOICE)
	p.Number, p.IssueDate, p.DueDate, p.Reference = i.Number, i.IssueDate, i.DueDate, i.Reference
	p.CurrencyCode, p.CustomerName, p.CustomerAddress = i.CurrencyCode, i.CustomerName, i.BillingAddress
	p.Introduction, p.ClosingText, p.LegalNotes = i.Introduction, i.ClosingText, d.letter.Notes
	p.NetAmount, p.TotalAmount, p.OpenAmount, p.Taxes = i.NetAmount, i.TotalAmount, i.OpenAmount, publicTaxes(i.Taxes)
	p.Lines = publicLines(i.Lines)
	d.setPayment(p, account, i.Number, today)
	return p
}

// publicLines returns the lines of a document without their accounts.
func publicLines(lines []*pb.DocumentLine) (out []*pb.PublicDocument_Line) {
	for _, l := range lines {
		out = append(out, &pb.PublicDocument_Line{Description: l.Description, Quantity: l.Quantity, Unit: l.Unit,
			UnitPrice: l.UnitPrice, DiscountPercent: l.DiscountPercent, DiscountAmount: l.DiscountAmount,
			ServiceStartDate: l.ServiceStartDate, ServiceEndDate: l.ServiceEndDate, Amount: l.Amount})
	}
	return out
}

// setPayment sets the status of a document by its open amount and its due date, and how to pay.
func (s setting) setPayment(p *pb.PublicDocument, account *pb.BankAccount, reference string, today calendar.Date) {
	switch {
	case isZero(p.OpenAmount):
		p.Status = pb.PublicDocument_PAID
		return
	case p.DueDate < today.String():
		p.Status = pb.PublicDocument_OVERDUE
	default:
		p.Status = pb.PublicDocument_OPEN
	}
	p.Payment = &pb.PublicDocument_Payment{Amount: p.OpenAmount, AccountHolder: s.sellerName(),
		AccountNumber: account.GetAccountNumber(), BankCode: account.GetBankCode(), Reference: reference,
		TransferCode: s.transferCode(account, p.OpenAmount, reference)}
}

// publicTaxes returns the taxes of a document without their accounts.
func publicTaxes(taxes []*pb.TaxCalculation_Tax) (out []*pb.PublicDocument_Tax) {
	for _, t := range taxes {
		out = append(out, &pb.PublicDocument_Tax{DisplayName: t.GetDisplayName(), Percent: t.GetPercent(),
			Base: t.GetBase(), Amount: t.GetAmount(), ReverseCharge: t.GetEffect() == pb.TaxRate_REVERSE_CHARGED,
			Withheld: t.GetEffect() == pb.TaxRate_WITHHELD})
	}
	return out
}

// publicCreditNote returns what a credit note tells its customer.
func (d *document) publicCreditNote(n *pb.CreditNote, i *pb.Invoice) *pb.PublicDocument {
	p := d.newPublic(pb.PublicDocument_CREDIT_NOTE)
	p.Number, p.IssueDate, p.Reference, p.Introduction = n.Number, n.IssueDate, i.Reference, n.Reason
	p.CurrencyCode, p.CustomerName, p.CustomerAddress = i.CurrencyCode, i.CustomerName, i.BillingAddress
	p.LegalNotes, p.Taxes = d.letter.Notes, publicTaxes(n.Taxes)
	p.NetAmount, p.TotalAmount, p.OpenAmount = n.NetAmount, n.TotalAmount, n.OpenAmount
	for _, l := range n.Lines {
		p.Lines = append(p.Lines, &pb.PublicDocument_Line{Description: l.Description, Quantity: l.Quantity,
			Amount: l.NetAmount})
	}
	return p
}

// publicReceipt returns what the receipt of a payment tells its customer.
func (d *document) publicReceipt(p *pb.Payment) *pb.PublicDocument {
	out := d.newPublic(pb.PublicDocument_RECEIPT)
	out.IssueDate, out.Reference, out.CurrencyCode = p.Date, p.Reference, p.Amount.GetCurrencyCode()
	out.TotalAmount, out.OpenAmount, out.Introduction = p.Amount, p.OpenAmount, d.letter.Introduction
	return out
}

// publicQuote returns what a sent quote tells its customer.
func (d *document) publicQuote(q *pb.Quote, deposit *typepb.Money) *pb.PublicDocument {
	p := d.newPublic(pb.PublicDocument_QUOTE)
	p.Number, p.IssueDate, p.Reference, p.CurrencyCode = q.Number, q.QuoteDate, q.Reference, q.CurrencyCode
	p.CustomerName, p.CustomerAddress = q.CustomerName, q.BillingAddress
	p.Introduction, p.ClosingText, p.LegalNotes = q.Introduction, q.ClosingText, d.letter.Notes
	p.Lines, p.Taxes, p.NetAmount, p.TotalAmount = publicLines(q.Lines), publicTaxes(q.Taxes), q.NetAmount, q.TotalAmount
	p.OpenAmount = money.ToProto(0, q.CurrencyCode)
	p.Quote = &pb.PublicDocument_Quote{Answer: pb.PublicDocument_AWAITED, Revision: q.Revision, ExpireDate: q.ExpireDate,
		DepositAmount: deposit}
	switch q.State {
	case pb.Quote_ACCEPTED:
		p.Quote.Answer, p.Quote.AnswerDate = pb.PublicDocument_ACCEPTED, q.AcceptDate
		p.Quote.AnsweredBy, p.Quote.Comment = q.AcceptedBy, q.AcceptComment
	case pb.Quote_DECLINED:
		p.Quote.Answer, p.Quote.AnswerDate = pb.PublicDocument_DECLINED, q.DeclineDate
		if p.Quote.AnsweredBy = q.DeclinedBy; q.DeclinedBy != "" { // otherwise staff gave the reason
			p.Quote.Comment = q.DeclineReason
		}
	case pb.Quote_EXPIRED:
		p.Quote.Answer = pb.PublicDocument_EXPIRED
	}
	return p
}

// publicDepositRequest returns what an issued deposit request tells its customer.
func (d *document) publicDepositRequest(
	r *pb.DepositRequest, open *typepb.Money, account *pb.BankAccount, today calendar.Date,
) *pb.PublicDocument {
	p := d.newPublic(pb.PublicDocument_DEPOSIT_REQUEST)
	p.Number, p.IssueDate, p.DueDate, p.Reference = r.Number, r.IssueDate, r.DueDate, r.Reference
	p.CurrencyCode, p.CustomerName, p.CustomerAddress = r.CurrencyCode, r.CustomerName, r.BillingAddress
	p.Introduction, p.ClosingText, p.LegalNotes = r.Introduction, r.ClosingText, d.letter.Notes
	p.Lines, p.Taxes, p.NetAmount, p.TotalAmount = publicLines(r.Lines), publicTaxes(r.Taxes), r.NetAmount, r.TotalAmount
	p.OpenAmount = open
	d.setPayment(p, account, r.Number, today)
	return p
}

// publicDunningNotice returns what a dunning notice tells its customer.
func (d *document) publicDunningNotice(
	n *pb.DunningNotice, open *typepb.Money, account *pb.BankAccount, today calendar.Date,
) *pb.PublicDocument {
	p := d.newPublic(pb.PublicDocument_DUNNING_NOTICE)
	p.Number, p.IssueDate, p.DueDate, p.CurrencyCode = n.Number, n.Date, n.Date, n.CurrencyCode
	p.CustomerName, p.Introduction = n.CustomerName, d.letter.Introduction
	p.TotalAmount, p.OpenAmount = n.TotalAmount, open
	p.Reminder = &pb.PublicDocument_Reminder{OpenAmount: n.OpenAmount, Fee: n.Fee, FixedSum: n.FixedSum,
		InterestAmount: n.InterestAmount, TaxAmount: n.TaxAmount}
	for _, l := range n.Lines {
		p.Reminder.Invoices = append(p.Reminder.Invoices, &pb.PublicDocument_OverdueInvoice{Number: l.Number,
			Date: l.Date, DueDate: l.DueDate, DaysOverdue: l.DaysOverdue, OpenAmount: l.OpenAmount,
			InterestAmount: l.InterestAmount})
	}
	d.setPayment(p, account, noticeReference(n), today)
	if p.Status == pb.PublicDocument_OPEN {
		p.Status = pb.PublicDocument_OVERDUE // the invoices are
	}
	return p
}
