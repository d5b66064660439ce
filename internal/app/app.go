// Package app owns the wiring of the product, top to bottom, and its life as a
// process: settings, start, serving, shutdown and the doctor. It is the only package
// that imports everything. It promises that whatever cannot work is said at the
// start, in one line. What the product does is in the packages it wires.
package app

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	peoplev1 "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/gen/openapi"
	"backoffice/internal/finance/banking"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/payables"
	"backoffice/internal/finance/reports"
	"backoffice/internal/operations/work"
	"backoffice/internal/people/directory"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/operations"
	"backoffice/internal/platform/rpc"
)

// Options are what an app may differ in.
type Options struct {
	// Clock is real time, from which the organizations' clocks are derived.
	Clock calendar.Clock
	Log   *slog.Logger
	// RequestLevel is the level at which each request is logged; zero: at info.
	RequestLevel slog.Level
	Rates        rpc.Rates
	// Origins are the web origins that browsers may call from.
	Origins []string
	// Proxies are the reverse proxies in front of the server.
	Proxies rpc.Proxies
	// Files keeps the bytes of files.
	Files files.Store
	// Works are kinds of long work beside the product's own.
	Works []operations.Work
	// Subscriptions are handlers of events beside the product's own.
	Subscriptions jobs.Subscriptions
}

// App is the product over one database.
type App struct {
	Server   *rpc.Server
	Jobs     *jobs.Jobs
	Metrics  *prometheus.Registry
	Identity *identity.Service
	// Operations does long work, as tests let it do step by step.
	Operations *operations.Service
}

// New wires the product.
func New(ctx context.Context, d *db.DB, o Options) (*App, error) {
	metrics := prometheus.NewRegistry()
	identities := identity.New(d, o.Clock, ledger.ApplyTemplate)
	chain := &rpc.Chain{
		Credentials:  identities,
		Visitor:      identities.Visitor,
		Keys:         d.Keys(),
		Limits:       rpc.NewLimiter(o.Rates),
		Proxies:      o.Proxies,
		Places:       rpc.LoadPlaces(d.Pool().Config().MaxConns),
		Log:          o.Log,
		RequestLevel: o.RequestLevel,
		Metrics:      rpc.NewMetrics(metrics),
	}
	books := booksOf(d)
	store := files.New(d, o.Files)
	longWork := operations.New(d, append([]operations.Work{banking.ImportWork()}, o.Works...)...)
	server, err := rpc.New(ctx, chain, rpc.Config{
		OpenAPI: openapi.JSON,
		Origins: o.Origins,
		Ready:   d.Ready,
		Plains:  store.Plains(),
		Services: []rpc.Service{
			service[platformv1.IdentityServiceServer](identities, platformv1.RegisterIdentityServiceServer, platformv1.NewIdentityServiceClient, platformv1.RegisterIdentityServiceHandlerClient),
			service[platformv1.HistoryServiceServer](history.New(d), platformv1.RegisterHistoryServiceServer, platformv1.NewHistoryServiceClient, platformv1.RegisterHistoryServiceHandlerClient),
			service[platformv1.FilesServiceServer](store, platformv1.RegisterFilesServiceServer, platformv1.NewFilesServiceClient, platformv1.RegisterFilesServiceHandlerClient),
			service[platformv1.OperationsServiceServer](longWork, platformv1.RegisterOperationsServiceServer, platformv1.NewOperationsServiceClient, platformv1.RegisterOperationsServiceHandlerClient),
			service[financev1.LedgerServiceServer](books, financev1.RegisterLedgerServiceServer, financev1.NewLedgerServiceClient, financev1.RegisterLedgerServiceHandlerClient),
			service[financev1.BankingServiceServer](banking.New(d, store, payables.UsableVendor), financev1.RegisterBankingServiceServer, financev1.NewBankingServiceClient, financev1.RegisterBankingServiceHandlerClient),
			service[financev1.PayablesServiceServer](payables.New(d), financev1.RegisterPayablesServiceServer, financev1.NewPayablesServiceClient, financev1.RegisterPayablesServiceHandlerClient),
			service[financev1.ReportsServiceServer](reports.New(d), financev1.RegisterReportsServiceServer, financev1.NewReportsServiceClient, financev1.RegisterReportsServiceHandlerClient),
			service[operationsv1.WorkServiceServer](work.New(d), operationsv1.RegisterWorkServiceServer, operationsv1.NewWorkServiceClient, operationsv1.RegisterWorkServiceHandlerClient),
			service[peoplev1.DirectoryServiceServer](directory.New(d), peoplev1.RegisterDirectoryServiceServer, peoplev1.NewDirectoryServiceClient, peoplev1.RegisterDirectoryServiceHandlerClient),
		},
	})
	if err != nil {
		return nil, err
	}
	enter := func(ctx context.Context, e history.Occurrence) (*call.Call, error) {
		return identities.System(ctx, e.Organization)
	}
	queue, err := jobs.New(d, o.Subscriptions, append(chores(books), longWork.Chore()), enter, []jobs.Upkeep{store.Sweep}, o.Log)
	return &App{Server: server, Jobs: queue, Metrics: metrics, Identity: identities, Operations: longWork}, err
}

// booksOf is the ledger, with what the packages above it answer.
func booksOf(d *db.DB) *ledger.Service {
	return ledger.New(d, ledger.Above{
		CloseChecks:     []ledger.CloseCheck{banking.UndecidedLines, banking.Unreconciled, banking.OpenTransfers},
		SubLedgers:      []ledger.SubLedger{banking.Explained()},
		IntegrityChecks: []ledger.IntegrityCheck{reports.Agree},
		BankStatus:      banking.HowFar,
	})
}

// chores is the work that is done for an organization behind its requests.
func chores(books *ledger.Service) []jobs.Chore {
	posted := []string{"finance.journalEntry.created", "finance.journalEntry.posted"}
	return []jobs.Chore{
		{Name: "roll-up", After: posted, Work: books.RollUp},
		{Name: "seal", After: posted, Work: books.Seal},
	}
}
