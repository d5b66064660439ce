// Package customers owns whom an organization sells to: names, persons, addresses, and the defaults
// of new documents. The name of a customer is unique in its organization, regardless of case. Two
// records of the same customer can be merged: then the documents, balances and reminders of one of
// them are those of the other, and the first is archived for good. These are left to the packages
// above, which take part in a merge by a hook. What the platform keeps of the first, such as
// comments and labels, stays with it.
package customers

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Service implements CustomersService.
type Service struct {
	pb.UnsafeCustomersServiceServer
	db    *db.DB
	hooks []Hooks
}

// Hooks are what packages above the customers add to them. The app passes them to NewModule.
type Hooks struct {
	// LockDocuments locks the documents of a customer that is about to be merged, since documents
	// are locked before customers. It may be nil.
	LockDocuments func(ctx context.Context, tx *db.Tx, from *pb.Customer) error
	// Merge moves all records that refer to the customer from to the customer into, in the
	// transaction of the merge. Both customers are locked. It may be nil.
	Merge func(ctx context.Context, tx *db.Tx, from, into *pb.Customer) error
}

// New returns the service with the hooks of the packages above it.
func New(d *db.DB, hooks ...Hooks) *Service { return &Service{db: d, hooks: hooks} }

// Module is the customers capability without hooks.
func Module(p module.Platform) module.Module { return NewModule()(p) }

// NewModule returns the customers module with the hooks of the packages above it.
func NewModule(hooks ...Hooks) module.Constructor {
	return func(p module.Platform) module.Module {
		return module.Module{
			Name:  "customers",
			Needs: []string{"catalog"},
			Services: []rpc.Service{rpc.NewService[pb.CustomersServiceServer](New(p.DB, hooks...),
				pb.RegisterCustomersServiceServer, pb.NewCustomersServiceClient,
				pb.RegisterCustomersServiceHandlerClient)},
			Kinds: []resource.AnyKind{customers},
			Grants: access.Grants{
				platformv1.ApiKey_BOOKKEEPER: {call.All: {"finance.customers.*"}},
				platformv1.ApiKey_MANAGER:    {call.All: {"finance.customers.read"}},
			},
		}
	}
}
