package invoicing

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// WriteOffInvoice writes an invoice off.
func (s *Service) WriteOffInvoice(ctx context.Context, req *pb.WriteOffInvoiceRequest) (*pb.Invoice, error) {
	return invoices.Step(ctx, s.db, req.GetInvoiceId(), "writeOff", writeOff(req.GetDate(), req.GetReason()))
}

// writeOff returns the rule that writes an invoice off on a day, by default today.
func writeOff(date, reason string) resource.Rule[*pb.Invoice] {
	return func(ctx context.Context, tx *db.Tx, _, i *pb.Invoice) error {
		date, err := dateOrToday(tx, date, i.IssueDate)
		if err != nil {
			return err
		}
		if err := receivables.WriteOff(ctx, tx, receivableID(i.Id), date, i.Id); err != nil {
			return err
		}
		i.CloseDate, i.CloseReason = date, reason
		i.OpenAmount = money.ToProto(0, i.CurrencyCode)
		return nil
	}
}

// refusePaid refuses to write off an invoice of which nothing is open.
func refusePaid(_ *db.Tx, i *pb.Invoice) error {
	if i.PaymentStatus == pb.Invoice_PAID {
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The invoice is paid; nothing is open.").WithSubject(i.Id)
	}
	return nil
}
