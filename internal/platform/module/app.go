package module

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/gen/openapi"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Options are what an app may differ in.
type Options struct {
	// Modules are the capabilities that it serves beside the platform.
	Modules []Constructor
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
}

// App is modules over one database.
type App struct {
	Server *rpc.Server
	Jobs   *jobs.Jobs
	// Followers follow the history, for Jobs too.
	Followers []history.Follower
	Metrics   *prometheus.Registry
	Identity  *identity.Service
	// LongWork does long work, as tests let it do step by step.
	LongWork *longwork.Service
	// Kinds are all kinds of record, Policy what roles may do with them.
	Kinds  []resource.AnyKind
	Policy *access.Policy
	events []string
}

// Events are the types of all events that the app may record, in alphabetical order.
func (a *App) Events() []string { return slices.Clone(a.events) }

// New puts an app together. It refuses modules that do not fit together.
func New(ctx context.Context, d *db.DB, o Options) (*App, error) {
	kinds := db.NewKinds()
	d = d.WithKinds(kinds)
	store := files.New(d, o.Files)
	modules := make([]Module, len(o.Modules))
	for i, construct := range o.Modules {
		modules[i] = construct(Platform{DB: d, Files: store})
	}
	if err := checkNeeds(modules); err != nil {
		return nil, err
	}
	permissions := append(identity.DeclaredPermissions(), gather(modules, func(m Module) []string { return m.Permissions })...)
	policy := access.NewPolicy(permissions, grantsOf(modules)...)
	longWork := longwork.New(d, gather(modules, func(m Module) []longwork.Work { return m.Works })...)
	a := &App{
		Metrics:  prometheus.NewRegistry(),
		Identity: identity.New(d, o.Clock, policy, signedUp(modules)),
		LongWork: longWork,
		Policy:   policy,
	}
	modules = append([]Module{
		{Kinds: identity.Kinds(), Events: identity.Events(), Services: []rpc.Service{rpc.NewService[pb.IdentityServiceServer](a.Identity, pb.RegisterIdentityServiceServer, pb.NewIdentityServiceClient, pb.RegisterIdentityServiceHandlerClient)}},
		{Kinds: history.Kinds(), Services: []rpc.Service{rpc.NewService[pb.HistoryServiceServer](history.New(d), pb.RegisterHistoryServiceServer, pb.NewHistoryServiceClient, pb.RegisterHistoryServiceHandlerClient)}},
		{Kinds: files.Kinds(), Services: []rpc.Service{rpc.NewService[pb.FilesServiceServer](store, pb.RegisterFilesServiceServer, pb.NewFilesServiceClient, pb.RegisterFilesServiceHandlerClient)}, RawMethods: store.RawMethods(), Upkeep: []jobs.Upkeep{store.Sweep}},
		{Kinds: longwork.Kinds(), Services: []rpc.Service{rpc.NewService[pb.OperationsServiceServer](longWork, pb.RegisterOperationsServiceServer, pb.NewOperationsServiceClient, pb.RegisterOperationsServiceHandlerClient)}, Chores: []jobs.Chore{longWork.Chore()}},
	}, modules...)
	a.Kinds = gather(modules, func(m Module) []resource.AnyKind { return m.Kinds })
	for _, kind := range a.Kinds {
		if !kind.HasOwnership() {
			return nil, fmt.Errorf("%s does not say whose its records are: Owner, OwnedThrough or Open", kind.Binding().Name())
		}
		if err := kinds.Add(kind); err != nil {
			return nil, err
		}
	}
	a.events = eventsOf(a.Kinds, modules)
	kinds.Declare(a.events...)
	var err error
	if a.Server, err = a.serve(ctx, d, o, modules); err != nil {
		return nil, err
	}
	return a, a.work(d, o, modules)
}

func (a *App) serve(ctx context.Context, d *db.DB, o Options, modules []Module) (*rpc.Server, error) {
	chain := &rpc.Chain{
		Credentials:  a.Identity,
		PublicCall:   a.Identity.VisitorCall,
		Keys:         d.Keys(),
		Limits:       rpc.NewLimiter(o.Rates),
		Proxies:      o.Proxies,
		Slots:        rpc.LoadSlots(d.Pool().Config().MaxConns),
		Log:          o.Log,
		RequestLevel: o.RequestLevel,
		Metrics:      rpc.NewMetrics(a.Metrics),
	}
	return rpc.New(ctx, chain, rpc.Config{
		OpenAPI:    openapi.JSON,
		Origins:    o.Origins,
		Ready:      d.Ready,
		RawMethods: gather(modules, func(m Module) []rpc.RawMethod { return m.RawMethods }),
		Services:   gather(modules, func(m Module) []rpc.Service { return m.Services }),
	})
}

func (a *App) work(d *db.DB, o Options, modules []Module) (err error) {
	subscriptions := gather(modules, func(m Module) []history.Subscription { return m.Subscriptions })
	followers := gather(modules, func(m Module) []history.Follower { return m.Followers })
	chores := gather(modules, func(m Module) []jobs.Chore { return m.Chores })
	upkeep := gather(modules, func(m Module) []jobs.Upkeep { return m.Upkeep })
	enter := func(ctx context.Context, e history.Occurrence) (*call.Call, error) {
		return a.Identity.SystemCall(ctx, e.Organization)
	}
	if a.Jobs, err = jobs.New(d, subscriptions, chores, enter, upkeep, o.Log); err != nil {
		return err
	}
	a.Followers = append([]history.Follower{a.Jobs.Follower()}, followers...)
	return checkListeners(a.events, subscriptions, a.Followers, chores)
}

// eventsOf is the catalog of events: those of the kinds, and what modules record beside them.
func eventsOf(kinds []resource.AnyKind, modules []Module) []string {
	all := gather(modules, func(m Module) []string { return m.Events })
	for _, kind := range kinds {
		all = append(all, kind.Events()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// grantsOf are the grants of the platform and of the modules.
func grantsOf(modules []Module) []access.Grants {
	all := identity.Grants()
	for _, m := range modules {
		all = append(all, m.Grants)
	}
	return all
}

// gather lists what the modules bring of one sort.
func gather[T any](modules []Module, of func(Module) []T) (all []T) {
	for _, m := range modules {
		all = append(all, of(m)...)
	}
	return all
}

// signedUp tells the modules of a new organization.
func signedUp(modules []Module) identity.SignUpHook {
	return func(ctx context.Context, tx *db.Tx, req *pb.SignUpRequest) error {
		for _, m := range modules {
			if m.OnSignUp == nil {
				continue
			}
			if err := m.OnSignUp(ctx, tx, req); err != nil {
				return err
			}
		}
		return nil
	}
}
