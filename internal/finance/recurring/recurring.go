// Package recurring creates invoices that repeat, such as retainers. It owns the templates. It
// guarantees that a day of a recurrence has at most one invoice, and otherwise a visible reason why
// it has none. The days are left to package schedule, invoices to package invoicing, and sending
// them to a package above that passes Hooks.
package recurring

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/notification"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/schedule"
)

// Hooks are what packages above do for recurring invoices.
type Hooks struct {
	// Send mails an issued invoice to its customer. It is called outside of a transaction, after the
	// unit of work that issues the invoice, and calls done in the unit of work that stores the mails.
	Send func(ctx context.Context, invoiceID string, done func(ctx context.Context, tx *db.Tx) error) error
}

// Service implements RecurringInvoicesService.
type Service struct {
	pb.UnsafeRecurringInvoicesServiceServer
	db    *db.DB
	hooks Hooks
}

// New returns the service with the hooks of the packages above it.
func New(d *db.DB, hooks Hooks) *Service { return &Service{db: d, hooks: hooks} }

// NewModule returns the module of recurring invoices with the hooks of the packages above it.
func NewModule(hooks func(module.Platform) Hooks) module.Constructor {
	return func(p module.Platform) module.Module {
		s := New(p.DB, hooks(p))
		return module.Module{
			Name:  "recurring",
			Needs: []string{"customers", "invoicing"},
			Services: []rpc.Service{rpc.NewService[pb.RecurringInvoicesServiceServer](s,
				pb.RegisterRecurringInvoicesServiceServer, pb.NewRecurringInvoicesServiceClient,
				pb.RegisterRecurringInvoicesServiceHandlerClient)},
			Kinds:         []resource.AnyKind{recurringInvoices},
			Schedules:     []schedule.Handler{{Kind: scheduleKind, Fire: s.fire}},
			Notifications: []notification.Kind{skippedNotification},
			Chores: []jobs.Chore{{Name: "recurringInvoices", Work: s.issueAndSend,
				After: []history.Type{"finance.recurringInvoice.invoiced"}}},
			Grants: access.Grants{
				platformv1.ApiKey_BOOKKEEPER: {call.All: {"finance.recurringInvoices.*"}},
			},
		}
	}
}

// CustomerHooks move the recurring invoices of a customer that is merged into another one. They are
// locked before invoices, as by the chore, so the app passes these hooks before those of invoicing.
func CustomerHooks() customers.Hooks {
	return customers.Hooks{
		LockDocuments: func(ctx context.Context, tx *db.Tx, c *pb.Customer) error {
			return receivables.LockRecordsOf(ctx, tx, c, "finance.recurring_invoices")
		},
		Merge: func(ctx context.Context, tx *db.Tx, from, into *pb.Customer) error {
			return receivables.MoveRecords(ctx, tx, from, into, "finance.recurring_invoices")
		},
	}
}
