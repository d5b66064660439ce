// Package dunning reminds customers of unpaid invoices and charges late fees and interest. It owns
// the policies, the notices, the promises of customers and the log of talks with them. It
// guarantees that an invoice gets a step once, that a day is charged once, and that what a notice
// charges is a receivable of the notice. What is open of an invoice is left to package receivables,
// disputes to package invoicing, and the paper of a notice to a package above that passes Hooks.
package dunning

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/schedule"
	"backoffice/internal/platform/series"
)

// Hooks are what packages above add to notices.
type Hooks struct {
	// Print stores the content of the file that is mailed with a notice, its PDF, and returns the
	// file for files.InsertStored. It is called outside of a transaction, before the unit of work
	// that mails the notice. A notice that it refuses, because no font has its characters, is mailed
	// without a file. It may be nil.
	Print func(ctx context.Context, noticeID string) (*platformv1.File, error)
}

// Service implements DunningService.
type Service struct {
	pb.UnsafeDunningServiceServer
	db    *db.DB
	files *files.Service
	hooks Hooks
}

// New returns the service with the hooks of the packages above it.
func New(p module.Platform, hooks Hooks) *Service {
	return &Service{db: p.DB, files: p.Files, hooks: hooks}
}

// FollowUps implements FollowUpsService.
type FollowUps struct {
	pb.UnsafeFollowUpsServiceServer
	db *db.DB
}

// NewFollowUps returns the service.
func NewFollowUps(d *db.DB) *FollowUps { return &FollowUps{db: d} }

// Module is dunning without hooks.
func Module(p module.Platform) module.Module {
	return NewModule(func(module.Platform) Hooks { return Hooks{} })(p)
}

// noticeNumbers is the number series of notices.
var noticeNumbers = series.Definition{
	Kind: "finance.dunningNotice", DisplayName: "Dunning notices", Format: "DUN-{YYYY}-{NUMBER:4}",
}

// NewModule returns the dunning module with the hooks of the packages above it.
func NewModule(hooks func(module.Platform) Hooks) module.Constructor {
	return func(p module.Platform) module.Module {
		s := New(p, hooks(p))
		return module.Module{
			Name:  "dunning",
			Needs: []string{"ledger", "tax", "customers", "receivables", "invoicing"},
			Services: []rpc.Service{
				rpc.NewService[pb.DunningServiceServer](s, pb.RegisterDunningServiceServer, pb.NewDunningServiceClient,
					pb.RegisterDunningServiceHandlerClient),
				rpc.NewService[pb.FollowUpsServiceServer](NewFollowUps(p.DB), pb.RegisterFollowUpsServiceServer,
					pb.NewFollowUpsServiceClient, pb.RegisterFollowUpsServiceHandlerClient),
			},
			Kinds:      []resource.AnyKind{policies, notices, promises, followUps},
			Schedules:  []schedule.Handler{{Kind: scheduleKind, Fire: startRun}},
			EmailKinds: []mail.Kind{noticeMail, thanksMail},
			Chores: []jobs.Chore{
				{Name: "dunning", After: []history.Type{"finance.dunningPolicy.runDue"}, Work: s.continueRuns},
				{Name: "dunningMails", Work: s.mailNotices,
					After: []history.Type{"finance.dunningNotice.created", "finance.dunningNotice.sendRequested"}},
				{Name: "paymentThanks", After: []history.Type{"finance.receivable.settled"}, Work: s.sendThanks},
			},
			Grants: access.Grants{
				platformv1.ApiKey_BOOKKEEPER: {call.All: {
					"finance.dunningPolicies.*", "finance.dunningNotices.*", "finance.paymentPromises.*", "finance.followUps.*",
				}},
			},
			OnSignUp: func(ctx context.Context, tx *db.Tx, _ *platformv1.SignUpRequest) error {
				return series.Create(ctx, tx, noticeNumbers)
			},
		}
	}
}
