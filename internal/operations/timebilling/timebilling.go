// Package timebilling prices the time that persons work, and bills it to customers. It owns billing
// rates and budget notices. It guarantees that an hour is on at most one line of an invoice, at the
// rate of its day, and that it is free again when that line goes away. Time itself is left to
// package timekeeping, and invoices to package invoicing.
package timebilling

import (
	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/notice"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Service implements TimeBillingService.
type Service struct {
	pb.UnsafeTimeBillingServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module returns the timebilling capability.
func Module(p module.Platform) module.Module {
	s := New(p.DB)
	return module.Module{
		Name:  "timebilling",
		Needs: []string{"timekeeping", "invoicing"},
		Services: []rpc.Service{rpc.NewService[pb.TimeBillingServiceServer](s,
			pb.RegisterTimeBillingServiceServer, pb.NewTimeBillingServiceClient,
			pb.RegisterTimeBillingServiceHandlerClient)},
		Kinds:         []resource.AnyKind{billingRates},
		Events:        []string{budgetReached},
		Notifications: []notice.Kind{budgetNotification},
		Chores:        []jobs.Chore{{Name: "projectBudgets", After: budgetEvents, Work: s.noticeBudgets}},
		Grants: access.Grants{
			platformv1.ApiKey_ACCOUNTANT: {call.All: {"operations.billingRates.*", "operations.timeEntries.bill",
				"operations.projectBudgets.read"}},
			platformv1.ApiKey_BOOKKEEPER: {call.All: {"operations.billingRates.*", "operations.timeEntries.bill",
				"operations.projectBudgets.read"}},
			platformv1.ApiKey_MANAGER: {call.All: {"operations.billingRates.read", "operations.projectBudgets.read"}},
		},
	}
}
