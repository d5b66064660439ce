// Package ledger owns the chart of accounts and the journal: the one place where
// amounts are booked. It promises that what is posted adds up to zero in the
// organization's currency, is on accounts that take it, and is never altered
// afterward; a mistake is put right by the opposite entry. What an entry is about is
// left to the records that post it, and what it adds up to over time to reports.
package ledger

import (
	"context"

	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Service implements LedgerService.
type Service struct {
	pb.UnsafeLedgerServiceServer
	db    *db.DB
	hooks Hooks
	// entries and periods are those kinds with the guards of the hooks.
	entries *resource.Kind[*pb.JournalEntry]
	periods *resource.Kind[*pb.AccountingPeriod]
	// posts commits the entries of concurrent calls together.
	posts *resource.GroupCreator[*pb.JournalEntry]
}

// New makes the service, with what the packages above it answer.
func New(d *db.DB, hooks ...Hooks) *Service {
	s := &Service{db: d, hooks: join(hooks), entries: journalEntries.Copy(), periods: accountingPeriods.Copy()}
	for _, guard := range s.hooks.ReversalGuards {
		s.entries.GuardExisting("reverse", guard)
	}
	s.periods.Guard("close", s.controlsAgree)
	s.posts = s.entries.GroupCreates(d, posting)
	return s
}

// Module is the ledger by itself.
func Module(p module.Platform) module.Module { return NewModule()(p) }

// NewModule is the ledger with what the packages above it answer.
func NewModule(hooks ...Hooks) module.Constructor {
	return func(p module.Platform) module.Module {
		books := New(p.DB, hooks...)
		posted := []history.Type{"finance.journalEntry.created", "finance.journalEntry.posted"}
		return module.Module{
			Name: "ledger",
			Services: []rpc.Service{rpc.NewService[pb.LedgerServiceServer](books,
				pb.RegisterLedgerServiceServer, pb.NewLedgerServiceClient, pb.RegisterLedgerServiceHandlerClient)},
			Kinds: []resource.AnyKind{
				accounts, dimensions, dimensionValues, books.entries, journalLines, fiscalYears, books.periods,
				exchangeRates, currencyRevaluations, journalSeals, bookkeepingSchedules,
			},
			Chores: []jobs.Chore{
				{Name: "roll-up", After: posted, Work: books.RollUp},
				{Name: "seal", After: posted, Work: books.Seal},
			},
			Permissions: []string{lockException},
			Grants: access.Grants{
				platformv1.ApiKey_ACCOUNTANT: {call.All: {"finance.*"}},
				platformv1.ApiKey_APPROVER:   {call.All: {"finance.*.read"}},
				platformv1.ApiKey_BOOKKEEPER: {call.All: {
					"finance.accounts.read", "finance.dimensions.read", "finance.dimensionValues.*", "finance.journalEntries.*",
					"finance.journalLines.*", "finance.fiscalYears.read", "finance.accountingPeriods.read", "finance.books.read",
					"finance.exchangeRates.*", "finance.bookkeepingSchedules.*",
				}},
				platformv1.ApiKey_PAYROLL: {call.All: {"finance.accounts.read"}},
			},
			OnSignUp: func(ctx context.Context, tx *db.Tx, req *platformv1.SignUpRequest) error {
				return addFirstChart(ctx, tx, req.GetChartTemplate(), req.GetRegionCode())
			},
		}
	}
}
