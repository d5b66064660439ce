package dunning

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
)

// customerTables are the tables of records that refer to a customer.
var customerTables = []string{"finance.dunning_notices", "finance.payment_promises", "finance.follow_ups"}

// CustomerHooks move the notices, promises and follow-ups of a customer that is merged into another
// one. They are locked after the receivables and the invoices.
func CustomerHooks() customers.Hooks {
	return customers.Hooks{
		LockDocuments: func(ctx context.Context, tx *db.Tx, c *pb.Customer) error {
			return receivables.LockRecordsOf(ctx, tx, c, customerTables...)
		},
		Merge: func(ctx context.Context, tx *db.Tx, from, into *pb.Customer) error {
			return receivables.MoveRecords(ctx, tx, from, into, customerTables...)
		},
	}
}
