package module

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/gen/openapi"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/approval"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/collaboration"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/inbox"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/notification"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/schedule"
	"backoffice/internal/platform/search"
)

// Options configure an app.
type Options struct {
	// Modules construct the capabilities that the app serves besides the platform.
	Modules []Constructor
	// Clock is real time, from which the organizations' clocks are derived.
	Clock calendar.Clock
	Log   *slog.Logger
	// RequestLevel is the level at which requests are logged. The zero value is info.
	RequestLevel slog.Level
	Rates        rpc.Rates
	// Origins are the web origins from which browsers may call the API.
	Origins []string
	// Proxies are the reverse proxies in front of the server.
	Proxies rpc.Proxies
	// Files stores the contents of files.
	Files files.Store
	// FileQuota is the number of bytes that an organization without its own quota may store; 0 for
	// no limit.
	FileQuota int64
	// Mail configures how mails are sent.
	Mail mail.Options
	// Inbox configures how mails are received.
	Inbox inbox.Options
	// Notifications configures how devices are reached.
	Notifications notification.Options
}

// App is a list of modules, including the platform, over one database.
type App struct {
	Server *rpc.Server
	Jobs   *jobs.Jobs
	// Followers are all followers of the history, including the one of Jobs.
	Followers []history.Follower
	Metrics   *prometheus.Registry
	Identity  *identity.Service
	// LongWork runs long-running operations. Tests use it to run them step by step.
	LongWork *longwork.Service
	// Search keeps the search index.
	Search *search.Service
	// Schedules fires schedules.
	Schedules *schedule.Service
	// Kinds are all kinds of record, Registry the same by prefix.
	Kinds    []resource.AnyKind
	Registry *db.Kinds
	// Policy defines what roles may do.
	Policy *access.Policy
	events []string
}

// Events returns the types of all events that the app may record, in alphabetical order.
func (a *App) Events() []string { return slices.Clone(a.events) }

// New returns an app. It fails if the modules do not fit together: a needed module is missing, two
// modules or consumers share a name, a kind declares no owner, or a consumer waits for an event
// that the app never records.
func New(ctx context.Context, d *db.DB, o Options) (a *App, err error) {
	kinds := db.NewKinds()
	kinds.OnAttach(files.AttachRequested)
	d = d.WithKinds(kinds)
	store := files.New(d, o.Files, o.FileQuota)
	modules := construct(o, Platform{DB: d, Files: store, PublicURL: o.Mail.PublicURL,
		SystemCall: func(ctx context.Context, organization uuid.UUID) (*call.Call, error) {
			return a.Identity.SystemCall(ctx, organization)
		}})
	if err := checkNeeds(modules); err != nil {
		return nil, err
	}
	policy := access.NewPolicy(permissionsOf(modules), grantsOf(modules)...)
	a = &App{
		Metrics:  prometheus.NewRegistry(),
		Identity: identity.New(d, o.Clock, policy, signUpHook(modules)),
		LongWork: longwork.New(d, gather(modules, func(m Module) []longwork.Handler { return m.OperationHandlers })...),
		Policy:   policy,
		Registry: kinds,
	}
	a.Schedules = schedule.New(d, a.Identity.SystemCall,
		gather(modules, func(m Module) []schedule.Handler { return m.Schedules })...)
	a.Identity.OnClock(identity.ClockHook{FireUntil: a.Schedules.FireUntil, Shift: schedule.ShiftDueTimes})
	provided, err := newServices(d, a, store, o, modules)
	if err != nil {
		return nil, err
	}
	modules = append(platformModules(d, a, store, provided), modules...)
	a.Kinds = gather(modules, func(m Module) []resource.AnyKind { return m.Kinds })
	a.Search = search.New(d, a.Kinds)
	modules = append(modules, searchModule(a))
	if err := registerKinds(kinds, a.Kinds, modules); err != nil {
		return nil, err
	}
	a.events = eventsOf(a.Kinds, modules)
	kinds.Declare(a.events...)
	if err := provided.notifications.Declare(a.Kinds, a.events,
		gather(modules, func(m Module) []notification.Kind { return m.Notifications })); err != nil {
		return nil, err
	}
	if a.Server, err = a.newServer(ctx, d, o, modules); err != nil {
		return nil, err
	}
	return a, a.addConsumers(d, o, modules)
}

// construct returns the modules of the options.
func construct(o Options, p Platform) []Module {
	modules := make([]Module, len(o.Modules))
	for i, newModule := range o.Modules {
		modules[i] = newModule(p)
	}
	return modules
}

// permissionsOf returns the permissions that the methods, the platform and the modules check.
func permissionsOf(modules []Module) []string {
	return slices.Concat(identity.DeclaredPermissions(), files.Permissions(), collaboration.Permissions(),
		approval.Permissions(), gather(modules, func(m Module) []string { return m.Permissions }))
}

// newServices returns the platform's services that other modules use, with what these declare.
func newServices(d *db.DB, a *App, store *files.Service, o Options, modules []Module) (s services, err error) {
	s.notifications = notification.New(d, o.Notifications, identity.CallsOf)
	s.notifications.Mute(gather(modules, func(m Module) []string { return m.QuietMethods }))
	s.mails, err = mail.New(d, store, o.Mail, append(s.notifications.EmailKinds(),
		gather(modules, func(m Module) []mail.Kind { return m.EmailKinds })...), a.Identity.SystemCall, o.Log)
	if err != nil {
		return s, err
	}
	s.approvals = approval.New(d, gather(modules, func(m Module) []approval.AnyKind { return m.ApprovalKinds }),
		a.Identity.ForgetCalls)
	s.inboxes, err = inbox.New(d, store, s.mails, o.Mail.InboundDomain, o.Inbox,
		gather(modules, func(m Module) []inbox.Purpose { return m.InboundPurposes }), a.Identity.SystemCall)
	return s, err
}

// registerKinds adds kinds to the registry, and what modules do when a record is deleted. Every
// kind must declare who owns its records.
func registerKinds(registry *db.Kinds, kinds []resource.AnyKind, modules []Module) error {
	for _, m := range modules {
		if m.OnDelete != nil {
			registry.OnDelete(m.OnDelete)
		}
	}
	for _, kind := range kinds {
		if !kind.HasOwnership() {
			return fmt.Errorf("the kind %s declares no owner; call Owner, OwnedThrough or Open", kind.Binding().Name())
		}
		if err := registry.Add(kind); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) newServer(ctx context.Context, d *db.DB, o Options, modules []Module) (*rpc.Server, error) {
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

// addConsumers sets the app's jobs and followers: everything that events start.
func (a *App) addConsumers(d *db.DB, o Options, modules []Module) (err error) {
	subscriptions := gather(modules, func(m Module) []history.Subscription { return m.Subscriptions })
	followers := gather(modules, func(m Module) []history.Follower { return m.Followers })
	chores := gather(modules, func(m Module) []jobs.Chore { return m.Chores })
	dailyTasks := gather(modules, func(m Module) []jobs.DailyTask { return m.DailyTasks })
	newCall := func(ctx context.Context, e history.Occurrence) (*call.Call, error) {
		return a.Identity.SystemCall(ctx, e.Organization)
	}
	if a.Jobs, err = jobs.New(d, subscriptions, chores, newCall, dailyTasks, o.Log); err != nil {
		return err
	}
	a.Followers = append([]history.Follower{a.Jobs.Follower()}, followers...)
	return checkConsumers(a.events, subscriptions, a.Followers, chores)
}

// eventsOf returns the types of events that the app may record: those of the kinds and the
// additional ones of the modules.
func eventsOf(kinds []resource.AnyKind, modules []Module) []string {
	all := gather(modules, func(m Module) []string { return m.Events })
	for _, kind := range kinds {
		all = append(all, kind.Events()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// grantsOf returns the grants of the platform and of the modules.
func grantsOf(modules []Module) []access.Grants {
	all := identity.Grants()
	for _, m := range modules {
		all = append(all, m.Grants)
	}
	return all
}

// gather returns the concatenation of one field of the modules.
func gather[T any](modules []Module, field func(Module) []T) (all []T) {
	for _, m := range modules {
		all = append(all, field(m)...)
	}
	return all
}

// signUpHook returns a hook that calls the hooks of the modules.
func signUpHook(modules []Module) identity.SignUpHook {
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
