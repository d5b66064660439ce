// Package app owns the wiring of the product, top to bottom, and its life as a
// process: settings, start, serving, shutdown and the doctor. It is the only package
// that imports everything. It promises that whatever cannot work is said at the
// start, in one line. What the product does is in the packages it wires.
package app

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/gen/openapi"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/rpc"
)

// Options are what an app may differ in.
type Options struct {
	// Clock is real time, from which the organizations' clocks are derived.
	Clock calendar.Clock
	Log   *slog.Logger
	Rates rpc.Rates
	// Origins are the web origins that browsers may call from.
	Origins []string
	// Subscriptions are handlers of events beside the product's own.
	Subscriptions jobs.Subscriptions
}

// App is the product over one database.
type App struct {
	Server   *rpc.Server
	Jobs     *jobs.Jobs
	Metrics  *prometheus.Registry
	Identity *identity.Service
}

// New wires the product.
func New(ctx context.Context, d *db.DB, o Options) (*App, error) {
	metrics := prometheus.NewRegistry()
	identities := identity.New(d, o.Clock, func(context.Context, *db.Tx, string) error { return nil })
	chain := &rpc.Chain{
		Authenticate: identities.Authenticate,
		Visitor:      identities.Visitor,
		Keys:         d.Keys(),
		Limits:       rpc.NewLimiter(o.Rates),
		Log:          o.Log,
		Metrics:      rpc.NewMetrics(metrics),
	}
	server, err := rpc.New(ctx, chain, rpc.Config{
		OpenAPI: openapi.JSON,
		Origins: o.Origins,
		Ready:   d.Ping,
		Services: []rpc.Service{
			service[platformv1.IdentityServiceServer](identities, platformv1.RegisterIdentityServiceServer, platformv1.NewIdentityServiceClient, platformv1.RegisterIdentityServiceHandlerClient),
			service[platformv1.HistoryServiceServer](history.New(d), platformv1.RegisterHistoryServiceServer, platformv1.NewHistoryServiceClient, platformv1.RegisterHistoryServiceHandlerClient),
		},
	})
	if err != nil {
		return nil, err
	}
	enter := func(ctx context.Context, e history.Occurrence) (*call.Call, error) {
		return identities.System(ctx, e.Organization)
	}
	queue, err := jobs.New(d, o.Subscriptions, enter, o.Log)
	return &App{Server: server, Jobs: queue, Metrics: metrics, Identity: identities}, err
}
