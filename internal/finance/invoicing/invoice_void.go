package invoicing

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// VoidInvoice voids an invoice.
func (s *Service) VoidInvoice(ctx context.Context, req *pb.VoidInvoiceRequest) (*pb.Invoice, error) {
	return invoices.Step(ctx, s.db, req.GetInvoiceId(), "void", voidInvoice(req.GetDate(), req.GetReason()))
}

// voidInvoice returns the rule that voids an invoice on a day, by default its issue date: it
// reverses the entry and cancels the receivable.
func voidInvoice(date, reason string) resource.Rule[*pb.Invoice] {
	return func(ctx context.Context, tx *db.Tx, _, i *pb.Invoice) error {
		if date != "" {
			if _, err := dateOrToday(tx, date, i.IssueDate); err != nil {
				return err
			}
		}
		if err := refuseCredited(ctx, tx, i); err != nil {
			return err
		}
		var err error
		if i.ReleasedSourceIds, err = releaseSources(ctx, tx, i, sourcesOf(i)); err != nil {
			return err
		}
		i.CloseDate, i.CloseReason = i.IssueDate, reason
		i.OpenAmount, i.PaymentStatus = money.ToProto(0, i.CurrencyCode), pb.Invoice_PAYMENT_STATUS_UNSPECIFIED
		i.PayDate = ""
		if i.JournalEntryId == "" {
			i.CloseDate = max(date, i.IssueDate, i.OpeningDate)
			if i.OpeningDate != "" {
				if err := ledger.CheckPeriodOpen(ctx, tx, i.CloseDate); err != nil {
					return err
				}
				return receivables.CancelReceivable(ctx, tx, receivableID(i.Id), i.CloseDate, "")
			}
			return tax.Reverse(ctx, tx, i.Id, "", i.CloseDate, "")
		}
		payable, err := payableAmount(i)
		if err != nil {
			return err
		}
		reversal, err := ledger.Reverse(ctx, tx, i.JournalEntryId, date, "")
		if err != nil {
			return err
		}
		i.CloseDate = reversal.Date
		if err := tax.Reverse(ctx, tx, i.Id, i.JournalEntryId, reversal.Date, reversal.Id); err != nil || payable == 0 {
			return err
		}
		return receivables.CancelReceivable(ctx, tx, receivableID(i.Id), reversal.Date, reversal.Id)
	}
}

// refuseCredited refuses an invoice that a credit note credits.
func refuseCredited(ctx context.Context, tx *db.Tx, i *pb.Invoice) error {
	notes, err := creditNotesOf(ctx, tx, i, 1)
	if err != nil || len(notes) == 0 {
		return err
	}
	return fault.Refuse(optionsv1.Reason_INVOICE_CREDITED, "The credit note %s credits the invoice; void it first.",
		notes[0].Number).WithSubject(i.Id)
}
