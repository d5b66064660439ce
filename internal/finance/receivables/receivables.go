// Package receivables owns what customers owe and what they have paid: receivables, credits,
// payments, their allocation, and refunds. It guarantees that the accounts of receivables and of
// customer credits equal the open amounts of its records on every day, in every currency, and that
// nothing is settled twice. The documents behind a receivable are left to the packages above it,
// which open, cancel and write off receivables.
package receivables

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

// Hooks tell packages above receivables about changes, in the same transaction.
type Hooks struct {
	// LockDocuments locks the documents of receivables that are about to change. The receivables
	// are locked, and sorted by id.
	LockDocuments func(ctx context.Context, tx *db.Tx, list []*pb.Receivable) error
	// ReceivableChanged is called when allocations change what is open of a receivable.
	ReceivableChanged func(ctx context.Context, tx *db.Tx, r *pb.Receivable) error
	// LockDeposit locks the deposit request that a new payment names, refuses a payment that does
	// not fit it, and sets the defaults of the payment's amount. It returns the taxes of what is
	// paid.
	LockDeposit func(ctx context.Context, tx *db.Tx, p *pb.Payment) (*Deposit, error)
	// LockDeposits locks the deposit requests that several payments will pay, sorted by id, and
	// returns their taxes. It ignores those that do not exist.
	LockDeposits func(ctx context.Context, tx *db.Tx, requestIDs []string) ([]*pb.CustomerCredit_Tax, error)
	// CreditChanged is called when allocations and refunds change what is left of a credit.
	CreditChanged func(ctx context.Context, tx *db.Tx, c *pb.CustomerCredit) error
}

// Service implements ReceivablesService.
type Service struct {
	pb.UnsafeReceivablesServiceServer
	db    *db.DB
	hooks []Hooks
}

// New returns the service with the hooks of the packages above it.
func New(d *db.DB, hooks ...Hooks) *Service { return &Service{db: d, hooks: hooks} }

// Module is receivables without hooks.
func Module(p module.Platform) module.Module { return NewModule()(p) }

// NewModule returns the receivables module with the hooks of the packages above it.
func NewModule(hooks ...Hooks) module.Constructor {
	return func(p module.Platform) module.Module {
		return module.Module{
			Name:  "receivables",
			Needs: []string{"ledger", "customers"},
			Services: []rpc.Service{rpc.NewService[pb.ReceivablesServiceServer](New(p.DB, hooks...),
				pb.RegisterReceivablesServiceServer, pb.NewReceivablesServiceClient,
				pb.RegisterReceivablesServiceHandlerClient)},
			Kinds: []resource.AnyKind{receivables, customerCredits, payments, allocations, refunds},
			Grants: access.Grants{
				platformv1.ApiKey_BOOKKEEPER: {call.All: {
					"finance.receivables.*", "finance.customerCredits.*", "finance.payments.*", "finance.allocations.*",
					"finance.refunds.*",
				}},
			},
		}
	}
}
