package invoicing

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/platform/db"
)

// IssueDraft issues a draft of another capability on its issue date. It returns nil if the invoice
// was deleted or is no draft any more.
func IssueDraft(ctx context.Context, tx *db.Tx, key string) (*pb.Invoice, error) {
	existing, err := invoices.Table().GetExisting(ctx, tx, []string{key})
	if err != nil || existing[key] == nil || existing[key].State != pb.Invoice_DRAFT {
		return nil, err
	}
	return invoices.StepIn(ctx, tx, key, "issue", issueInvoice("", nil))
}

// Preview sets the defaults and the amounts of an invoice that another capability will make. It
// writes nothing.
func Preview(ctx context.Context, tx *db.Tx, i *pb.Invoice) error {
	c, err := customers.Lookup(ctx, tx, "customerId", i.CustomerId)
	if err != nil {
		return err
	}
	now := timestamppb.New(tx.Call().Now())
	i.State, i.CreateTime, i.UpdateTime = pb.Invoice_DRAFT, now, now
	d, err := calculateInvoice(ctx, tx, i, c, true)
	if err != nil {
		return err
	}
	freezeCustomer(i, c)
	_, err = setDueDate(ctx, tx, i, d.date)
	return err
}
