package invoicing

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
)

// CustomerHooks move the documents of a customer that is merged into another one, and what the
// customer owes and paid. What an issued document says of the customer stays.
func CustomerHooks() customers.Hooks {
	settled := receivables.CustomerHooks()
	return customers.Hooks{
		LockDocuments: func(ctx context.Context, tx *db.Tx, c *pb.Customer) error {
			if err := receivables.LockRecordsOf(ctx, tx, c, "finance.credit_notes"); err != nil {
				return err
			}
			if err := settled.LockDocuments(ctx, tx, c); err != nil {
				return err
			}
			return receivables.LockRecordsOf(ctx, tx, c, "finance.invoices")
		},
		Merge: func(ctx context.Context, tx *db.Tx, from, into *pb.Customer) error {
			if err := settled.Merge(ctx, tx, from, into); err != nil {
				return err
			}
			return receivables.MoveRecords(ctx, tx, from, into, "finance.credit_notes", "finance.invoices")
		},
	}
}
