// Package embedded runs a private PostgreSQL server, so that the product needs no setup. It owns a
// data directory: the cluster, the lock file, the server's log and the folder of the server's
// socket. It guarantees that a cluster has one server at a time, that committed data survives the
// end of this process and of the machine, that the server is not reachable over a network, and that
// every error is one line that says what to do. It restarts a server that ends or whose programs
// are replaced on disk. Packages above own the schema, the connection pool and everything else in
// database "backoffice".
package embedded

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"backoffice/internal/platform/db/embedded/flock"
)

const (
	superuser = "postgres"
	owner     = "backoffice"
	port      = "5432" // part of the socket's name; the server opens no port
)

// Config configures a server.
type Config struct {
	DataDir  string            // the data directory; empty means DefaultDataDir
	Logger   *slog.Logger      // logs starts, stops and failures; nil means slog.Default
	Settings map[string]string // PostgreSQL settings, which override the durable defaults
}

// Server is a private PostgreSQL server.
type Server struct {
	data      dataDir
	account   account
	locations locations
	settings  map[string]string
	logger    *slog.Logger
	lock      *flock.Lock
	socket    string
	// Only the supervisor uses these fields until it has ended.
	postmaster *postmaster
	history    restartHistory
	failure    error

	timing    timing
	suspected chan struct{}
	quit      context.CancelFunc
	ended     chan struct{}
}

// Start starts the server of a data directory and returns when it accepts connections. It creates
// the cluster if there is none.
func Start(ctx context.Context, config Config) (*Server, error) {
	return start(ctx, config, defaultLocations())
}

func start(ctx context.Context, config Config, locations locations) (*Server, error) {
	return startWithTiming(ctx, config, locations, defaultTiming)
}

func startWithTiming(ctx context.Context, config Config, locations locations, timing timing) (*Server, error) {
	s, err := open(config, locations)
	if err != nil {
		return nil, inOneLine(err)
	}
	s.timing = timing
	if err := s.boot(ctx); err != nil {
		s.release()
		return nil, inOneLine(err)
	}
	ctx, s.quit = context.WithCancel(context.Background())
	go s.supervise(ctx)
	return s, nil
}

// URL returns the URL of database "backoffice" for its owner, a role without superuser rights.
func (s *Server) URL() string { return s.address(owner, owner) }

// AdminURL returns the URL for the superuser. Use it only in tests and for diagnosis.
func (s *Server) AdminURL() string { return s.address(superuser, "postgres") }

// Exited returns a channel that is closed when the server was stopped, or has ended and could not
// be restarted.
func (s *Server) Exited() <-chan struct{} { return s.ended }

// Err waits until Exited is closed and returns why the server could not be restarted, or nil if it
// was stopped.
func (s *Server) Err() error {
	<-s.ended
	return inOneLine(s.failure)
}

// Stop ends open sessions, shuts the server down and unlocks the data directory. If ctx ends first,
// it stops the server immediately, which loses no committed data.
func (s *Server) Stop(ctx context.Context) error {
	s.quit()
	<-s.ended
	err := s.postmaster.stop(ctx)
	s.release()
	return inOneLine(err)
}

func open(config Config, locations locations) (*Server, error) {
	logger := config.Logger
	if logger == nil {
		logger = slog.Default()
	}
	account, err := currentAccount()
	if err != nil {
		return nil, err
	}
	data, err := openDataDir(config.DataDir, account)
	if err != nil {
		return nil, err
	}
	lock, err := data.lock()
	if err != nil {
		return nil, err
	}
	return &Server{
		data: data, account: account, locations: locations, settings: config.Settings, logger: logger, lock: lock,
		suspected: make(chan struct{}, 1), ended: make(chan struct{}),
	}, nil
}

// boot starts PostgreSQL for the first time. It creates the folder of the socket, which restarts
// use too, so that the URL does not change.
func (s *Server) boot(ctx context.Context) (err error) {
	if s.socket, err = makeSocketFolder(s.account); err != nil {
		return err
	}
	return s.run(ctx)
}

// run starts PostgreSQL with the programs that are currently on the machine, and returns when it
// accepts connections.
func (s *Server) run(ctx context.Context) error {
	if err := s.data.stopOrphan(ctx, s.logger); err != nil {
		return err
	}
	programs, err := s.locations.find(ctx, s.account, s.data, s.logger)
	if err != nil {
		return err
	}
	if err := s.data.prepare(ctx, s.account, programs, s.logger); err != nil {
		return err
	}
	launched, err := launch(s.account, programs, s.data, arguments(s.socket, s.settings))
	if err != nil {
		return err
	}
	s.postmaster = launched
	if err := s.finishStart(ctx); err != nil {
		s.stopFailed()
		return err
	}
	s.logger.Info("embedded PostgreSQL started", "version", programs.major, "data", s.data.dir)
	return nil
}

// finishStart waits until the server accepts connections, creates the role and the database, and
// records the files that the server runs from.
func (s *Server) finishStart(ctx context.Context) error {
	if err := s.postmaster.waitUntilReady(ctx, s.AdminURL()); err != nil {
		return err
	}
	libraries, err := bootstrap(ctx, s.AdminURL())
	if err != nil {
		return err
	}
	s.postmaster.files = s.postmaster.programs.filesWith(libraries)
	s.postmaster.fingerprint = fingerprint(s.postmaster.files)
	return nil
}

// stopFailed stops a server that did not become ready. It uses a new context, since the start may
// have failed because the caller's context ended.
func (s *Server) stopFailed() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_ = s.postmaster.stop(ctx)
}

// release removes the socket's folder and unlocks the data directory.
func (s *Server) release() {
	if s.socket != "" {
		_ = os.RemoveAll(s.socket)
	}
	s.lock.Release()
}

func (s *Server) address(user, database string) string {
	query := url.Values{"host": {s.socket}, "port": {port}}
	return (&url.URL{Scheme: "postgres", User: url.User(user), Path: "/" + database, RawQuery: query.Encode()}).String()
}

// inOneLine adds the package's prefix to an error and removes line breaks, which the output of a
// program may contain.
func inOneLine(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("embedded PostgreSQL: %w", oneLine{err})
}

type oneLine struct{ error }

// Error returns the message of the error on one line.
func (e oneLine) Error() string { return strings.Join(strings.Fields(e.error.Error()), " ") }

// Unwrap returns the error.
func (e oneLine) Unwrap() error { return e.error }
