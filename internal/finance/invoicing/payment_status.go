package invoicing

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
)

// setPaymentStatus copies what is open of a receivable to its invoice.
func setPaymentStatus(ctx context.Context, tx *db.Tx, r *pb.Receivable) error {
	if !isOfInvoice(r) {
		return nil
	}
	_, err := invoices.Modify(ctx, tx, r.DocumentId, "paymentChanged",
		func(_ context.Context, _ *db.Tx, _, i *pb.Invoice) error {
			i.OpenAmount, i.PayDate = r.OpenAmount, r.SettleDate
			if i.State == pb.Invoice_WRITTEN_OFF && r.State == pb.Receivable_OPEN {
				i.State, i.CloseDate, i.CloseReason = pb.Invoice_ISSUED, "", "" // more is owed than was written off
			}
			switch {
			case r.State == pb.Receivable_SETTLED:
				i.PaymentStatus = pb.Invoice_PAID
			case r.OpenAmount.GetAmount() != r.TotalAmount.GetAmount():
				i.PaymentStatus = pb.Invoice_PARTIALLY_PAID
			default:
				i.PaymentStatus = pb.Invoice_UNPAID
			}
			return nil
		})
	return err
}

// isOfInvoice reports whether the document of a receivable is an invoice.
func isOfInvoice(r *pb.Receivable) bool {
	return r.Kind == pb.Receivable_INVOICE || r.Kind == pb.Receivable_OPENING_INVOICE
}

// lockInvoices locks the invoices of receivables that are about to change.
func lockInvoices(ctx context.Context, tx *db.Tx, list []*pb.Receivable) error {
	var keys []string
	for _, r := range list {
		if isOfInvoice(r) {
			keys = append(keys, r.DocumentId)
		}
	}
	_, err := invoices.Table().LockMany(ctx, tx, keys)
	return err
}

// lockReceivable locks the receivable of an issued invoice before the invoice, as payments do, and
// the credits that a draft will apply.
func lockReceivable(ctx context.Context, tx *db.Tx, i *pb.Invoice) error {
	if i.State == pb.Invoice_DRAFT {
		return receivables.LockApplied(ctx, tx, i.Deposits)
	}
	_, err := receivables.Lock(ctx, tx, receivableID(i.Id))
	return err
}

// receivableID returns the id of the receivable of a document, which has the same UUID.
func receivableID(documentID string) string { return receivables.ReceivableID(documentID) }
