// Package ledger owns the chart of accounts, the journal, fiscal years and their periods, and
// exchange rates. Only this package posts amounts. It guarantees that every posted entry adds up
// to zero in the organization's currency, is posted to accounts and periods that accept it, and
// never changes afterward: mistakes are corrected by reversal. It leaves the business documents
// behind an entry to the packages that post it, and statements over time to package reports.
package ledger

import (
	"context"

	"backoffice/internal/platform/access"
	"backoffice/internal/platform/approval"
	"backoffice/internal/platform/call"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/series"
)

// Service implements LedgerService.
type Service struct {
	pb.UnsafeLedgerServiceServer
	db    *db.DB
	files *files.Service
	hooks Hooks
	// entries is a copy of the kind, with the guards that the hooks add.
	entries *resource.Kind[*pb.JournalEntry]
	// postingApproval is the kind of approval of postings.
	postingApproval *postingApproval
	// groupPoster commits the entries of concurrent requests together.
	groupPoster *resource.GroupCreator[*pb.JournalEntry]
}

// New returns the service with the hooks of the packages above it.
func New(d *db.DB, hooks ...Hooks) *Service {
	s := &Service{db: d, hooks: joinHooks(hooks), entries: journalEntries.Copy()}
	if s.hooks.LineTaxes != nil {
		db.Extend(d, s.hooks.LineTaxes)
	}
	for _, guard := range s.hooks.ReversalGuards {
		s.entries.GuardExisting("reverse", guard)
	}
	s.postingApproval = newPostingApproval(s.entries)
	s.entries.Gate("post", s.requireApproval)
	s.groupPoster = s.entries.GroupCreates(d, s.refuseUnapproved)
	return s
}

// Module is the ledger without hooks.
func Module(p module.Platform) module.Module { return NewModule()(p) }

// NewModule returns the ledger module with the hooks of the packages above it.
func NewModule(hooks ...Hooks) module.Constructor {
	return func(p module.Platform) module.Module {
		books := New(p.DB, hooks...)
		books.files = p.Files
		posted := []history.Type{"finance.journalEntry.created", "finance.journalEntry.posted"}
		return module.Module{
			Name: "ledger",
			Services: []rpc.Service{rpc.NewService[pb.LedgerServiceServer](books,
				pb.RegisterLedgerServiceServer, pb.NewLedgerServiceClient, pb.RegisterLedgerServiceHandlerClient)},
			Kinds: []resource.AnyKind{
				accounts, dimensions, dimensionValues, books.entries, journalLines, fiscalYears, accountingPeriods,
				exchangeRates, currencyRevaluations, journalSeals, bookkeepingSchedules, accountRoles,
			},
			Chores: []jobs.Chore{
				{Name: "roll-up", After: posted, Work: books.RollUp},
				{Name: "seal", After: posted, Work: books.Seal},
			},
			ApprovalKinds: []approval.AnyKind{books.postingApproval},
			Permissions:   []string{lockExceptionPermission},
			Grants: access.Grants{
				platformv1.ApiKey_ACCOUNTANT: {call.All: {"finance.*"}},
				platformv1.ApiKey_APPROVER:   {call.All: {"finance.*.read"}},
				platformv1.ApiKey_BOOKKEEPER: {call.All: {
					"finance.accounts.read", "finance.accountRoles.read", "finance.dimensions.read", "finance.dimensionValues.*",
					"finance.journalEntries.*", "finance.journalLines.*", "finance.fiscalYears.read",
					"finance.accountingPeriods.read", "finance.books.read",
					"finance.exchangeRates.*", "finance.bookkeepingSchedules.*",
				}},
				platformv1.ApiKey_PAYROLL: {call.All: {"finance.accounts.read"}},
			},
			OnSignUp: func(ctx context.Context, tx *db.Tx, req *platformv1.SignUpRequest) error {
				if err := series.Create(ctx, tx, entryNumbers); err != nil {
					return err
				}
				return addFirstChart(ctx, tx, req.GetChartTemplate(), req.GetRegionCode())
			},
		}
	}
}
