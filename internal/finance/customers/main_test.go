package customers_test

import (
	"context"
	"sync"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// heldName is the name of customers whose documents cannot be moved.
const heldName = "Held"

// moves are the merges in which the documents of a capability above were moved, by the identifier
// of the merged customer.
var moves sync.Map

// documents is a capability above the customers.
var documents = customers.Hooks{
	LockDocuments: func(_ context.Context, tx *db.Tx, _ *pb.Customer) error {
		tx.Locking(db.RankDocument, "") // panics if a customer is locked before
		return nil
	},
	Merge: func(_ context.Context, _ *db.Tx, from, into *pb.Customer) error {
		if from.GetDisplayName() == heldName {
			return fault.Refuse(optionsv1.Reason_CUSTOMER_CURRENCY_DIFFERS, "An invoice is in euros.")
		}
		moves.Store(from.GetId(), into.GetId())
		return nil
	},
}

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.Module, tax.Module, catalog.Module, customers.NewModule(documents, customers.Hooks{}))
}

func createCustomer(t *testing.T, o *apptest.Organization, c *pb.Customer) *pb.Customer {
	t.Helper()
	made, err := pb.NewCustomersServiceClient(o).CreateCustomer(t.Context(), &pb.CreateCustomerRequest{Customer: c})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func getCustomer(t *testing.T, o *apptest.Organization, key string) *pb.Customer {
	t.Helper()
	c, err := pb.NewCustomersServiceClient(o).GetCustomer(t.Context(), &pb.GetCustomerRequest{CustomerId: key})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
