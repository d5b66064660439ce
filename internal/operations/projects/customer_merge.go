package projects

import (
	"context"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// CustomerHooks move the projects of a customer that is merged into another one.
func CustomerHooks() customers.Hooks {
	return customers.Hooks{
		LockDocuments: lockProjectsOf,
		Merge: func(ctx context.Context, tx *db.Tx, from, into *financev1.Customer) error {
			return receivables.MoveRecords(ctx, tx, from, into, "operations.projects")
		},
	}
}

// lockProjectsOf locks the projects of a customer.
func lockProjectsOf(ctx context.Context, tx *db.Tx, c *financev1.Customer) error {
	keys, err := FindProjectsOfCustomer(ctx, tx, c.Id)
	if err != nil {
		return err
	}
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = id.Format(projects.Prefix(), key)
	}
	_, err = projects.Table().LockExisting(ctx, tx, ids)
	return err
}
