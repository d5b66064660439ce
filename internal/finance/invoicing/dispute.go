package invoicing

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// DisputeInvoice records that the customer disputes an invoice.
func (s *Service) DisputeInvoice(ctx context.Context, req *pb.DisputeInvoiceRequest) (*pb.Invoice, error) {
	return invoices.Step(ctx, s.db, req.GetInvoiceId(), "dispute",
		func(_ context.Context, tx *db.Tx, _, i *pb.Invoice) (err error) {
			i.DisputeDate, err = dateOrToday(tx, req.GetDate(), i.IssueDate)
			i.DisputeReason = req.GetReason()
			return err
		})
}

// ResolveDisputeInvoice ends the dispute of an invoice.
func (s *Service) ResolveDisputeInvoice(
	ctx context.Context, req *pb.ResolveDisputeInvoiceRequest,
) (*pb.Invoice, error) {
	return invoices.Step(ctx, s.db, req.GetInvoiceId(), "resolveDispute",
		func(_ context.Context, _ *db.Tx, _, i *pb.Invoice) error {
			i.DisputeDate, i.DisputeReason = "", ""
			return nil
		})
}

// dateOrToday returns a day that a request gives, or today. It refuses a day before another one.
func dateOrToday(tx *db.Tx, given, notBefore string) (string, error) {
	if given == "" {
		given = tx.Call().Today().String()
	}
	if _, err := calendar.ParseBusinessDate(given); err != nil {
		return "", fault.Invalid(fault.At("date", "%s", err))
	}
	if given < notBefore {
		return "", fault.Invalid(fault.At("date", "must not be before the issue date, %s", notBefore))
	}
	return given, nil
}
