// Package deposits asks customers for payments in advance. It owns deposit requests, which post
// nothing: the payment that names a request is a credit of the customer, as every payment. It
// guarantees that a request with tax codes is taxed once, in the share that is paid, on the date of
// the payment. Credits, the release of their taxes and refunds are left to package receivables, and
// their use on final invoices to package invoicing.
package deposits

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/series"
)

// Service implements DepositsService.
type Service struct {
	pb.UnsafeDepositsServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module returns the deposits capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "deposits",
		Needs: []string{"invoicing"},
		Services: []rpc.Service{rpc.NewService[pb.DepositsServiceServer](New(p.DB),
			pb.RegisterDepositsServiceServer, pb.NewDepositsServiceClient, pb.RegisterDepositsServiceHandlerClient)},
		Kinds: []resource.AnyKind{depositRequests},
		Grants: access.Grants{
			platformv1.ApiKey_BOOKKEEPER: {call.All: {"finance.depositRequests.*"}},
		},
		OnSignUp: func(ctx context.Context, tx *db.Tx, _ *platformv1.SignUpRequest) error {
			return series.Create(ctx, tx, requestNumbers)
		},
	}
}

// requestNumbers is the number series of deposit requests. A request takes its number when it is
// issued.
var requestNumbers = series.Definition{
	Kind: "finance.depositRequest", DisplayName: "Deposit requests", Format: "DPR-{YYYY}-{NUMBER:4}",
}

// ReceivablesHooks tax the payments of deposits.
func ReceivablesHooks() receivables.Hooks {
	return receivables.Hooks{LockDeposit: lockDeposit, LockDeposits: lockDeposits}
}

// CustomerHooks move the deposit requests of a customer that is merged into another one.
func CustomerHooks() customers.Hooks {
	return customers.Hooks{
		LockDocuments: func(ctx context.Context, tx *db.Tx, c *pb.Customer) error {
			return receivables.LockRecordsOf(ctx, tx, c, "finance.deposit_requests")
		},
		Merge: func(ctx context.Context, tx *db.Tx, from, into *pb.Customer) error {
			return receivables.MoveRecords(ctx, tx, from, into, "finance.deposit_requests")
		},
	}
}
