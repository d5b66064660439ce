package receivables

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// customerTables are the tables with records of customers, in the order in which their rows are
// locked.
var customerTables = []string{
	"finance.payments", "finance.allocations", "finance.refunds", "finance.customer_credits", "finance.receivables",
}

// CustomerHooks move the records of a customer that is merged into another one.
func CustomerHooks() customers.Hooks {
	return customers.Hooks{
		LockDocuments: func(ctx context.Context, tx *db.Tx, c *pb.Customer) error {
			return LockRecordsOf(ctx, tx, c, customerTables...)
		},
		Merge: func(ctx context.Context, tx *db.Tx, from, into *pb.Customer) error {
			if err := MoveRecords(ctx, tx, from, into, customerTables...); err != nil {
				return err
			}
			if err := tax.MoveContact(ctx, tx, from.Id, into.Id); err != nil {
				return err
			}
			return moveMovements(ctx, tx, from, into)
		},
	}
}

// LockRecordsOf locks the records of a customer in tables, whose names must be constant.
func LockRecordsOf(ctx context.Context, tx *db.Tx, c *pb.Customer, tables ...string) error {
	key, err := id.Parse("cus", c.Id)
	if err != nil {
		return err
	}
	for _, table := range tables {
		keys, err := db.CollectColumn[uuid.UUID](ctx, tx, tx.Locking(db.RankDocument, `
select id
from `+table+`
where org_id = $1
and customer_id = $2
order by id
for update`), tx.Call().Organization.ID, key)
		if err != nil {
			return err
		}
		for _, k := range keys {
			tx.NoteHeld(db.Row{Table: table, Key: k})
		}
	}
	return nil
}

// MoveRecords makes the records of a customer in tables, whose names must be constant, those of
// another customer.
func MoveRecords(ctx context.Context, tx *db.Tx, from, into *pb.Customer, tables ...string) error {
	was, err := id.Parse("cus", from.Id)
	if err != nil {
		return err
	}
	becomes, err := id.Parse("cus", into.Id)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if _, err := tx.Exec(ctx, `
update `+table+`
set customer_id = $3,
  version = version + 1,
  update_time = $4
where org_id = $1
and customer_id = $2`, tx.Call().Organization.ID, was, becomes, tx.Call().Now()); err != nil {
			return err
		}
	}
	return nil
}

// moveMovements moves the movements of a customer.
func moveMovements(ctx context.Context, tx *db.Tx, from, into *pb.Customer) error {
	was, err := id.Parse("cus", from.Id)
	if err != nil {
		return err
	}
	becomes, err := id.Parse("cus", into.Id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
update finance.receivable_movements
set customer_id = $3
where org_id = $1
and customer_id = $2`, tx.Call().Organization.ID, was, becomes)
	return err
}
