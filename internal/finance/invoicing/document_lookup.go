package invoicing

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
)

// FindInvoice returns the invoice that a request of another capability addresses. It fails with
// NOT_FOUND if the caller may not read it.
func FindInvoice(ctx context.Context, tx *db.Tx, invoiceID string) (*pb.Invoice, error) {
	return invoices.GetByCaller(ctx, tx, invoiceID)
}

// FindCreditNote returns the credit note that a request of another capability addresses. It fails
// with NOT_FOUND if the caller may not read it.
func FindCreditNote(ctx context.Context, tx *db.Tx, creditNoteID string) (*pb.CreditNote, error) {
	return creditNotes.GetByCaller(ctx, tx, creditNoteID)
}

// FindInvoiceOf returns the invoice that a credit note credits.
func FindInvoiceOf(ctx context.Context, tx *db.Tx, n *pb.CreditNote) (*pb.Invoice, error) {
	return invoices.Find(ctx, tx, n.GetInvoiceId())
}
