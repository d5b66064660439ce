package customers

import (
	"context"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// Resolve returns the customer that a field of another capability's record refers to. It refuses a
// customer that does not exist or is archived, as one is that was merged. Until the transaction
// ends, the customer cannot be changed, archived or merged, so that the record moves with it.
// Documents are locked before their customer.
func Resolve(ctx context.Context, tx *db.Tx, field, key string) (*pb.Customer, error) {
	return resolve(ctx, tx, field, key, "share")
}

// ResolveExclusive is Resolve for a record that depends on the other records of the customer, such
// as on what the customer owes. Only one transaction at a time can hold the customer so.
func ResolveExclusive(ctx context.Context, tx *db.Tx, field, key string) (*pb.Customer, error) {
	return resolve(ctx, tx, field, key, "no key update")
}

// Lookup is Resolve without a lock, for a preview.
func Lookup(ctx context.Context, tx *db.Tx, field, key string) (*pb.Customer, error) {
	return customers.Resolve(ctx, tx, field, key)
}

// ResolveWithArchived is Resolve that accepts an archived customer, because money arrives from
// those too.
func ResolveWithArchived(ctx context.Context, tx *db.Tx, field, key string) (*pb.Customer, error) {
	if err := lock(ctx, tx, key, "share"); err != nil {
		return nil, err
	}
	if _, err := id.Parse(customers.Prefix(), key); err != nil {
		return nil, resource.CheckSubject(db.Subject{}, field)
	}
	found, err := customers.Load(ctx, tx, []string{key})
	if err != nil {
		return nil, err
	}
	found[0].Archived = false
	if err := resource.CheckSubject(found[0], field); err != nil {
		return nil, err
	}
	return found[0].Record.(*pb.Customer), nil
}

// LockShared keeps customers from being changed, archived or merged until the transaction ends. It
// ignores those that do not exist.
func LockShared(ctx context.Context, tx *db.Tx, ids []string) error {
	for _, key := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		if err := lock(ctx, tx, key, "share"); err != nil {
			return err
		}
	}
	return nil
}

// Create stores a customer that another capability makes. It fails with CUSTOMERS_NAME_TAKEN if
// another customer has the name.
func Create(ctx context.Context, tx *db.Tx, c *pb.Customer) error {
	return customers.Insert(ctx, tx, c, checkCustomer)
}

func resolve(ctx context.Context, tx *db.Tx, field, key, strength string) (*pb.Customer, error) {
	if err := lock(ctx, tx, key, strength); err != nil {
		return nil, err
	}
	return customers.Resolve(ctx, tx, field, key)
}

// lock locks the row of a customer, if it exists.
func lock(ctx context.Context, tx *db.Tx, key, strength string) error {
	if u, err := id.Parse(customers.Prefix(), key); err == nil {
		if _, err := tx.Exec(ctx, tx.Locking(db.RankCustomer, `
select
from finance.customers
where org_id = $1
and id = $2
for `+strength, db.Row{Table: customers.Table().Name(), Key: u}), tx.Call().Organization.ID, u); err != nil {
			return err
		}
	}
	return nil
}

// FindCustomer returns a customer, on the system side. It may be archived.
func FindCustomer(ctx context.Context, tx *db.Tx, customerID string) (*pb.Customer, error) {
	return customers.Find(ctx, tx, customerID)
}
