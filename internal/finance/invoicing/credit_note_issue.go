package invoicing

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/series"
	"backoffice/internal/platform/table"
)

// maxCreditNotes is the most credit notes of an invoice.
const maxCreditNotes = 500

// issueCreditNote stores a credit note, posts it, and applies it to its invoice.
func (s *Service) issueCreditNote(ctx context.Context, tx *db.Tx, _, n *pb.CreditNote) error {
	if n.InvoiceId == "" {
		return fault.Invalid(fault.At("invoiceId", "is required"))
	}
	if n.Id == "" {
		n.Id = id.Format(creditNotes.Prefix(), id.New()) // the credit has the same UUID
	}
	settled, err := receivables.Lock(ctx, tx, receivableID(n.InvoiceId))
	if err != nil {
		return err
	}
	i, date, err := lockCreditedInvoice(ctx, tx, n)
	if err != nil {
		return err
	}
	notes, err := creditNotesOf(ctx, tx, i, maxCreditNotes)
	if err != nil {
		return err
	}
	if err := creditLines(n, i, notes); err != nil {
		return err
	}
	billed, err := checkAndRelease(ctx, tx, n, i, notes)
	if err != nil {
		return err
	}
	p, err := postCreditNote(ctx, tx, n, i, settled)
	if err != nil {
		return err
	}
	if n.Number, _, err = series.Next(ctx, tx, creditNoteNumbers, date); err != nil {
		return err
	}
	if err := storeCreditNote(ctx, tx, n, billed); err != nil {
		return err
	}
	if err := p.recordCreditedTaxes(ctx, tx, n, i, settled); err != nil {
		return err
	}
	if err := s.settleCreditNote(ctx, tx, n, p); err != nil {
		return err
	}
	return loadOpenOfCreditNotes(ctx, tx, []*pb.CreditNote{n})
}

// settleCreditNote opens the credit of a posted credit note, reduces what the invoice consists of,
// and applies the credit to the invoice.
func (s *Service) settleCreditNote(ctx context.Context, tx *db.Tx, n *pb.CreditNote, p posting) error {
	c := &pb.CustomerCredit{Id: receivables.CreditID(n.Id), CustomerId: n.CustomerId, DocumentId: n.Id,
		Kind: pb.CustomerCredit_CREDIT_NOTE, Number: n.Number, Date: n.IssueDate,
		TotalAmount: money.ToProto(p.payable, n.TotalAmount.CurrencyCode), AccountId: p.account}
	if err := receivables.OpenCredit(ctx, tx, c, p.base, n.JournalEntryId); err != nil {
		return err
	}
	if err := receivables.AddParts(ctx, tx, receivableID(n.InvoiceId), p.parts, p.taxes.Taxes(), -1); err != nil {
		return err
	}
	return s.applyCreditNote(ctx, tx, n, p.payable)
}

// lockCreditedInvoice locks the invoice of a credit note and sets its date. It refuses an invoice
// that is not issued, and a date before that of the invoice.
func lockCreditedInvoice(ctx context.Context, tx *db.Tx, n *pb.CreditNote) (*pb.Invoice, calendar.Date, error) {
	var date calendar.Date
	if _, err := invoices.Resolve(ctx, tx, "invoiceId", n.InvoiceId); err != nil {
		return nil, date, err
	}
	i, err := invoices.Table().Lock(ctx, tx, n.InvoiceId)
	if err != nil {
		return nil, date, err
	}
	if i.State != pb.Invoice_ISSUED {
		return nil, date, fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION,
			"The invoice is %s; only ISSUED invoices can be credited.", i.State).WithSubject(i.Id)
	}
	setIfEmpty(&n.IssueDate, max(tx.Call().Today().String(), i.IssueDate))
	if date, err = calendar.ParseBusinessDate(n.IssueDate); err != nil {
		return nil, date, fault.Invalid(fault.At("issueDate", "%s", err))
	}
	if n.IssueDate < i.IssueDate {
		return nil, date, fault.Invalid(fault.At("issueDate", "must not be before that of the invoice, %s", i.IssueDate))
	}
	n.CustomerId = i.CustomerId
	return i, date, nil
}

// checkCredit refuses a credit note over nothing, and one with which more would be credited than
// the customer is to pay of the invoice. Lines of deductions make that possible.
func checkCredit(n *pb.CreditNote, i *pb.Invoice, notes []*pb.CreditNote) error {
	if len(notes) >= maxCreditNotes {
		return fault.Invalid(fault.At("invoiceId", "has %d credit notes, the most that an invoice may have", maxCreditNotes))
	}
	credit, err := payableOf(n.TotalAmount, n.Taxes)
	if err != nil {
		return err
	}
	left, err := payableAmount(i)
	if err != nil {
		return err
	}
	for _, other := range notes {
		before, err := payableOf(other.TotalAmount, other.Taxes)
		if err != nil {
			return err
		}
		left -= before
	}
	if credit <= 0 || credit > left {
		return fault.InvalidFor(optionsv1.Reason_CREDIT_EXCEEDS_INVOICE, fault.At("lines",
			"credit %s, but %s %s of the invoice can be credited", money.Format(credit, i.CurrencyCode),
			money.Format(left, i.CurrencyCode), i.CurrencyCode))
	}
	return nil
}

// creditNotesOf returns up to limit credit notes of an invoice that are not void.
func creditNotesOf(ctx context.Context, tx *db.Tx, i *pb.Invoice, limit int) ([]*pb.CreditNote, error) {
	key, err := id.Parse("inv", i.Id)
	if err != nil {
		return nil, err
	}
	notes, _, err := creditNotes.Table().Select(ctx, tx, table.Query{
		Within: []table.Equal{
			{Column: "invoice_id", Value: key}, {Column: "state", Value: pb.CreditNote_ISSUED.String()},
		},
		Limit: limit,
	})
	return notes, err
}

// postCreditNote posts the lines and taxes of a credit note against a credit of the customer, at
// the rate of the invoice.
func postCreditNote(
	ctx context.Context, tx *db.Tx, n *pb.CreditNote, i *pb.Invoice, settled []*pb.Receivable,
) (p posting, err error) {
	if p.account, err = ledger.RoleAccount(ctx, tx, pb.AccountRole_CUSTOMER_DEPOSITS); err != nil {
		return p, err
	}
	sums, taxes, err := creditedParts(n, i)
	if err != nil {
		return p, err
	}
	p.taxes = taxes
	p.parts, p.firstLine = sums.parts()
	if p.payable, err = payableOf(n.TotalAmount, n.Taxes); err != nil {
		return p, err
	}
	e := &pb.JournalEntry{Date: n.IssueDate, Source: pb.JournalEntry_CREDIT_NOTE, SourceId: n.Id,
		CurrencyCode: i.CurrencyCode, ExchangeRate: i.ExchangeRate, Description: "Credit for " + i.Number,
		Reference: i.Number, Lines: p.reversedLines(i)}
	if err := receivables.LockForSettlement(ctx, tx, e.Date, e.Lines, settled); err != nil {
		return p, err
	}
	if err := ledger.Post(ctx, tx, e); err != nil {
		return p, p.mapFields(err)
	}
	n.JournalEntryId, p.posted = e.Id, e.Lines
	base := e.Lines[0].BaseAmount
	p.base, err = money.Parse(base.GetAmount(), base.GetCurrencyCode())
	p.base = -p.base
	return p, err
}

// creditedParts adds up the lines and taxes of a credit note by account and dimension values, and
// its taxes by tax code and component.
func creditedParts(n *pb.CreditNote, i *pb.Invoice) (*partSums, *tax.Sums, error) {
	taxes := tax.NewSums(i.CurrencyCode)
	sums := &partSums{currency: i.CurrencyCode, index: map[string]int{}}
	lines := linesByID(i)
	for at, l := range n.Lines {
		from := lines[l.InvoiceLineId]
		if err := sums.add(at, from.AccountId, from.DimensionValueIds, false, l.NetAmount.Amount, 1); err != nil {
			return nil, nil, err
		}
		if err := addLineTaxes(taxes, i, from.TaxCodeId, l.NetAmount.Amount, l.Taxes); err != nil {
			return nil, nil, err
		}
		for _, t := range l.Taxes {
			if err := sums.addTax(t); err != nil {
				return nil, nil, err
			}
		}
	}
	return sums, taxes, nil
}

// reversedLines returns the lines of the entry with opposite signs.
func (p *posting) reversedLines(i *pb.Invoice) []*pb.JournalLine {
	lines := p.lines(i)
	for _, l := range lines {
		l.Amount = money.Negated(l.Amount)
	}
	return lines
}

// applyCreditNote settles what is open of the invoice with a credit note.
func (s *Service) applyCreditNote(ctx context.Context, tx *db.Tx, n *pb.CreditNote, credited int64) error {
	open, err := receivables.OpenSince(ctx, tx, receivableID(n.InvoiceId), n.IssueDate)
	if err != nil || open == 0 || n.KeepAsCredit {
		return err
	}
	return s.receivables.Allocate(ctx, tx, &pb.Allocation{
		CustomerCreditId: n.Id, ReceivableId: n.InvoiceId, Date: n.IssueDate,
		Amount: money.ToProto(min(open, credited), n.TotalAmount.CurrencyCode),
	})
}

// voidCreditNote returns the rule that voids a credit note on a day, by default its issue date: it
// undoes its allocations, reverses its entry and cancels the credit. billed is what would be billed
// now of each record that it released.
func (s *Service) voidCreditNote(date, reason string, billed map[string]string) resource.Rule[*pb.CreditNote] {
	return func(ctx context.Context, tx *db.Tx, _, n *pb.CreditNote) error {
		if date != "" && date < n.IssueDate {
			return fault.Invalid(fault.At("date", "must not be before the issue date, %s", n.IssueDate))
		}
		i, err := invoices.Find(ctx, tx, n.InvoiceId)
		if err != nil {
			return err
		}
		if err := restoreSources(ctx, tx, n, i, billed); err != nil {
			return err
		}
		credit := receivables.CreditID(n.Id)
		if err := s.receivables.UndoAllocationsOf(ctx, tx, credit, date, n.JournalEntryId, nil); err != nil {
			return err
		}
		reversal, err := ledger.Reverse(ctx, tx, n.JournalEntryId, date, "")
		if err != nil {
			return err
		}
		n.VoidDate, n.VoidReason = reversal.Date, reason
		if err := tax.Reverse(ctx, tx, n.Id, n.JournalEntryId, reversal.Date, reversal.Id); err != nil {
			return err
		}
		sums, taxes, err := creditedParts(n, i)
		if err != nil {
			return err
		}
		parts, _ := sums.parts()
		if err := receivables.AddParts(ctx, tx, receivableID(i.Id), parts, taxes.Taxes(), 1); err != nil {
			return err
		}
		return receivables.CancelCredit(ctx, tx, credit, reversal.Date, reversal.Id)
	}
}
