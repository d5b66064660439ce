// Package embedded runs a private PostgreSQL server, so that the product starts with nothing set up. It owns one data
// directory: the cluster in it, the lock that guards it, the server's log and the folder of its socket. It promises that
// a cluster has one server at a time, that what was committed survives the death of this process and of the machine, that
// nobody reaches the server over a network, and that every refusal is one line that says what to do.
// A server that dies, or whose programs are replaced on disk, is started again. It leaves the
// schema, the pool and everything else inside database "backoffice" to the packages above.
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
	port      = "5432" // only a part of the socket's name: no port is opened
)

// Config says where the data lies and how the server runs.
type Config struct {
	DataDir  string            // the data directory; empty means DefaultDataDir
	Logger   *slog.Logger      // where starts, stops and accidents are reported; nil means slog.Default
	Settings map[string]string // PostgreSQL settings beyond, or instead of, the durable ones
}

// Server is a running private PostgreSQL.
type Server struct {
	home     home
	account  account
	places   places
	settings map[string]string
	logger   *slog.Logger
	lock     *flock.Lock
	socket   string
	// The supervisor alone uses these until it has ended.
	postmaster *postmaster
	trouble    trouble
	failure    error

	pace      pace
	suspected chan struct{}
	quit      context.CancelFunc
	ended     chan struct{}
}

// Start starts the server of a data directory, making the cluster if there is none, and returns once it answers.
func Start(ctx context.Context, config Config) (*Server, error) {
	return start(ctx, config, usualPlaces())
}

func start(ctx context.Context, config Config, places places) (*Server, error) {
	return startAt(ctx, config, places, usualPace)
}

func startAt(ctx context.Context, config Config, places places, pace pace) (*Server, error) {
	s, err := open(config, places)
	if err != nil {
		return nil, plain(err)
	}
	s.pace = pace
	if err := s.boot(ctx); err != nil {
		s.abandon()
		return nil, plain(err)
	}
	ctx, s.quit = context.WithCancel(context.Background())
	go s.supervise(ctx)
	return s, nil
}

// URL connects to database "backoffice" as its owner, a role that is no superuser.
func (s *Server) URL() string { return s.address(owner, owner) }

// AdminURL connects as superuser; only tests and diagnosis may use it.
func (s *Server) AdminURL() string { return s.address(superuser, "postgres") }

// Exited is closed when the server was stopped, or has ended and could not be started again.
func (s *Server) Exited() <-chan struct{} { return s.ended }

// Err says, once Exited is closed, why the server could not be started again; nil if it was stopped.
func (s *Server) Err() error {
	<-s.ended
	return plain(s.failure)
}

// Stop ends open sessions, shuts the server down and frees the data directory; if ctx ends first it stops the server hard,
// which loses nothing either.
func (s *Server) Stop(ctx context.Context) error {
	s.quit()
	<-s.ended
	err := s.postmaster.stop(ctx)
	s.abandon()
	return plain(err)
}

func open(config Config, places places) (*Server, error) {
	logger := config.Logger
	if logger == nil {
		logger = slog.Default()
	}
	account, err := currentAccount()
	if err != nil {
		return nil, err
	}
	home, err := openHome(config.DataDir, account)
	if err != nil {
		return nil, err
	}
	lock, err := home.lock()
	if err != nil {
		return nil, err
	}
	return &Server{
		home: home, account: account, places: places, settings: config.Settings, logger: logger, lock: lock,
		suspected: make(chan struct{}, 1), ended: make(chan struct{}),
	}, nil
}

// boot is the first run. It makes the socket's folder, which later runs use too, so that the URL
// stays.
func (s *Server) boot(ctx context.Context) (err error) {
	if s.socket, err = makeSocketFolder(s.account); err != nil {
		return err
	}
	return s.run(ctx)
}

// run starts PostgreSQL on the data with the programs that are on the machine now, and returns once
// it answers.
func (s *Server) run(ctx context.Context) error {
	if err := s.home.reclaim(ctx, s.logger); err != nil {
		return err
	}
	programs, err := s.places.find(ctx, s.account, s.home, s.logger)
	if err != nil {
		return err
	}
	if err := s.home.prepare(ctx, s.account, programs, s.logger); err != nil {
		return err
	}
	launched, err := launch(s.account, programs, s.home, arguments(s.socket, s.settings))
	if err != nil {
		return err
	}
	s.postmaster = launched
	if err := s.settle(ctx); err != nil {
		s.halt()
		return err
	}
	s.logger.Info("embedded PostgreSQL started", "version", programs.major, "data", s.home.dir)
	return nil
}

// settle waits until the server answers, makes what the product connects to, and notes the files
// that it runs from.
func (s *Server) settle(ctx context.Context) error {
	if err := s.postmaster.ready(ctx, s.AdminURL()); err != nil {
		return err
	}
	libraries, err := furnish(ctx, s.AdminURL())
	if err != nil {
		return err
	}
	s.postmaster.files = s.postmaster.programs.files(libraries)
	s.postmaster.before = picture(s.postmaster.files)
	return nil
}

// halt stops a server that never became ready; its context is its own, since the caller's may be why it failed.
func (s *Server) halt() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_ = s.postmaster.stop(ctx)
}

func (s *Server) abandon() {
	if s.socket != "" {
		_ = os.RemoveAll(s.socket)
	}
	s.lock.Release()
}

func (s *Server) address(user, database string) string {
	query := url.Values{"host": {s.socket}, "port": {port}}
	return (&url.URL{Scheme: "postgres", User: url.User(user), Path: "/" + database, RawQuery: query.Encode()}).String()
}

// plain keeps an error on one line, whatever a program wrote into it.
func plain(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("embedded PostgreSQL: %w", oneLine{err})
}

type oneLine struct{ error }

// Error puts it in one line.
func (e oneLine) Error() string { return strings.Join(strings.Fields(e.error.Error()), " ") }

// Unwrap is the cause.
func (e oneLine) Unwrap() error { return e.error }
