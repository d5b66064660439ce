package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/db/embedded"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/notification"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/secret"
	"backoffice/migrations"
)

// stopTimeout limits how long the job queue and PostgreSQL each may take to stop.
const stopTimeout = 20 * time.Second

// relayConnections is the most database connections of the relay role: two claim chores, the
// others serve the followers of the event log.
const relayConnections = 5

// Serve runs the server until the context ends, and then returns nil, even if it was still
// starting. It calls ready with the addresses once it accepts requests. Errors are a single line
// that says what to fix.
func Serve(ctx context.Context, s Settings, log *slog.Logger, ready func(http, grpc string)) error {
	served := false
	err := singleLine(serve(ctx, s, log, func(http, grpc string) {
		served = true
		ready(http, grpc)
	}))
	if err != nil && !served && ctx.Err() != nil {
		log.Info("stopped during startup", "because", err)
		return nil
	}
	return err
}

// singleLine joins the lines of a library's error into one.
func singleLine(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(strings.Join(strings.Fields(err.Error()), " "))
}

func serve(ctx context.Context, s Settings, log *slog.Logger, ready func(http, grpc string)) error {
	defer runtime.KeepAlive(tuneMemory(s.DatabaseURL == ""))
	secure, err := s.tlsConfig(log)
	if err != nil {
		return err
	}
	// Listen before anything else: a server that is already running is the likeliest mistake.
	web, err := listen(s.HTTPAddr, "BACKOFFICE_HTTP_ADDR")
	if err != nil {
		return err
	}
	defer web.Close()
	wire, err := listen(s.GRPCAddr, "BACKOFFICE_GRPC_ADDR")
	if err != nil {
		return err
	}
	defer wire.Close()
	if secure == nil {
		warnAboutPlainText(log, web, wire)
	}

	base, err := open(ctx, s, log)
	if err != nil {
		return err
	}
	defer base.close()
	return base.serve(ctx, s, listeners{wire, web, secure}, func() { ready(web.Addr().String(), wire.Addr().String()) })
}

// listeners accept the requests.
type listeners struct {
	grpc, http net.Listener
	// tls is nil for plain text.
	tls *tls.Config
}

// serve runs the server on an open database until the context ends or the server's own PostgreSQL
// ends and cannot be restarted.
func (b *database) serve(ctx context.Context, s Settings, on listeners, ready func()) error {
	proxies, err := rpc.ParseProxies(s.TrustedProxies)
	if err != nil {
		return fmt.Errorf("BACKOFFICE_TRUSTED_PROXIES: %w", err)
	}
	store, err := s.openFiles(ctx)
	if err != nil {
		return err
	}
	mails, inboxes, err := s.allMailOptions()
	if err != nil {
		return err
	}
	product, err := module.New(ctx, b.app, module.Options{
		Modules: Modules(),
		Files:   store, FileQuota: s.FileQuota,
		Mail: mails, Inbox: inboxes, Notifications: notification.Options{Contact: s.PublicURL},
		Clock: calendar.System(), Log: b.log, RequestLevel: s.requestLevel(), Origins: s.Origins, Proxies: proxies,
		Rates: rpc.Rates{Callers: s.RateLimit, Visitors: s.SignUpRateLimit, Unauthenticated: s.RefusedRateLimit},
	})
	if err != nil {
		return err
	}
	stop, err := startJobs(ctx, product, b.relay, b.log)
	if err != nil {
		return err
	}
	defer stop()
	if err := serveMetrics(s.MetricsAddr, product, b.log); err != nil {
		return err
	}
	ready()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go b.watch(ctx, cancel)
	go returnMemory(ctx)
	if err := product.Server.Serve(ctx, on.grpc, on.http, on.tls); err != nil {
		return err
	}
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

func listen(addr, setting string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("the address %s is in use: stop the other server or set %s to another address", addr, setting)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s (%s): %w", addr, setting, err)
	}
	return l, nil
}

// startJobs starts the queue and the relay; the function it returns stops them.
func startJobs(ctx context.Context, a *module.App, relay *db.DB, log *slog.Logger) (stop func(), err error) {
	if err := a.Jobs.Start(context.WithoutCancel(ctx), relay); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		history.NewRelay(relay, log, a.Followers...).Run(ctx)
	}()
	return func() {
		cancel()
		<-done
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		if err := a.Jobs.Stop(ctx); err != nil {
			log.Warn("jobs did not stop in time", "error", err)
		}
	}, nil
}

func serveMetrics(addr string, a *module.App, log *slog.Logger) error {
	if addr == "" {
		return nil
	}
	l, err := listen(addr, "BACKOFFICE_METRICS_ADDR")
	if err != nil {
		return err
	}
	go func() {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", promhttp.HandlerFor(a.Metrics, promhttp.HandlerOpts{}))
		server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
		log.Warn("metrics stopped", "error", server.Serve(l))
	}()
	return nil
}

// database is the server's own PostgreSQL, if it runs one, and its connection pools.
type database struct {
	embedded   *embedded.Server
	url        string
	app, relay *db.DB
	log        *slog.Logger
}

// open starts the server's own PostgreSQL unless a database is configured, migrates the database
// and connects to it.
func open(ctx context.Context, s Settings, log *slog.Logger) (*database, error) {
	b := &database{url: s.DatabaseURL, log: log}
	if err := b.open(ctx, s); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *database) open(ctx context.Context, s Settings) (err error) {
	migrate := s.migrateURL()
	if b.url == "" {
		// Start creates the data directory, where masterKey stores the key.
		if b.embedded, err = embedded.Start(ctx, embedded.Config{DataDir: s.DataDir, Logger: b.log}); err != nil {
			return err
		}
		b.url, migrate = b.embedded.URL(), b.embedded.URL()
	}
	keys, err := s.masterKey()
	if err != nil {
		return err
	}
	b.log.Info("migrating the database")
	if err := migrations.Run(ctx, migrate); err != nil {
		return err
	}
	return b.connect(ctx, s.Connections, keys)
}

func (b *database) connect(ctx context.Context, connections int32, keys *secret.Master) (err error) {
	var options []db.Option
	if b.embedded != nil {
		options = append(options, db.OnMissingFile(b.embedded.ReportSuspicion))
	}
	if b.app, err = db.Open(ctx, b.url, db.AppRole, connections, keys, b.log, options...); err != nil {
		return err
	}
	if b.relay, err = db.Open(ctx, b.url, db.RelayRole, relayConnections, keys, b.log, options...); err != nil {
		return err
	}
	if err := b.app.Prepare(ctx); err != nil {
		return err
	}
	return jobs.MakePartitions(ctx, b.app)
}

// watch cancels the server when its own PostgreSQL has ended and cannot be restarted.
func (b *database) watch(ctx context.Context, cancel context.CancelCauseFunc) {
	if b.embedded == nil {
		return
	}
	select {
	case <-b.embedded.Exited():
		cancel(b.embedded.Err())
	case <-ctx.Done():
	}
}

func (b *database) close() {
	for _, d := range []*db.DB{b.app, b.relay} {
		if d != nil {
			d.Close()
		}
	}
	if b.embedded == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	if err := b.embedded.Stop(ctx); err != nil {
		b.log.Error("stopping PostgreSQL", "error", err)
	}
}
