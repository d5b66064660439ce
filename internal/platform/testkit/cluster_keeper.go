package testkit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"backoffice/internal/platform/db/embedded"
	"backoffice/internal/platform/db/embedded/flock"
)

const (
	keeperDir    = "BACKOFFICE_TEST_KEEPER_DIR"
	keeperIdle   = "BACKOFFICE_TEST_KEEPER_IDLE"
	pollInterval = time.Second // how often the keeper checks for users
)

// Run replaces m.Run in TestMain. A test binary also serves as the keeper, the process that runs
// the cluster, because that process must outlive the test binary that starts it.
func Run(m *testing.M) int {
	if os.Getenv(keeperDir) != "" {
		return keep()
	}
	return m.Run()
}

// startKeeper starts this binary as a detached keeper, and waits until its server accepts
// connections. The caller holds the mutex.
func (c cluster) startKeeper(ctx context.Context) (string, error) {
	if err := os.Remove(c.address()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	executable, err := os.Executable()
	if err != nil {
		return "", err
	}
	// Without inherited standard streams and in a new session, it blocks neither go test nor a
	// terminal.
	keeper := exec.Command(executable, "-test.run=^$")
	keeper.Dir = "/"
	keeper.Env = append(os.Environ(), keeperDir+"="+c.dir, keeperIdle+"="+c.idle.String())
	keeper.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := keeper.Start(); err != nil {
		return "", err
	}
	exited := make(chan struct{})
	go func() {
		_ = keeper.Wait()
		close(exited)
	}()
	return c.await(ctx, exited)
}

// await waits until the keeper's server runs, and returns its address.
func (c cluster) await(ctx context.Context, exited <-chan struct{}) (string, error) {
	for {
		if url, running := c.findRunning(); running {
			return url, nil
		}
		select {
		case <-exited:
			return "", fmt.Errorf("the test cluster did not start (TestMain must call os.Exit(testkit.Run(m))): %s", c.logTail())
		case <-ctx.Done():
			return "", fmt.Errorf("the test cluster did not start in time: %s", c.logTail())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// logTail returns the end of the keeper's log.
func (c cluster) logTail() string {
	content, err := os.ReadFile(c.log())
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(content[max(0, len(content)-2000):]))
}

// keep runs the keeper that startKeeper configures by environment variables.
func keep() int {
	idle, err := time.ParseDuration(os.Getenv(keeperIdle))
	if err != nil {
		return 2
	}
	c := cluster{dir: os.Getenv(keeperDir), idle: idle}
	log, err := os.Create(c.log())
	if err != nil {
		return 2
	}
	if err := c.keep(log); err != nil {
		_, _ = fmt.Fprintln(log, err)
		return 1
	}
	return 0
}

// keep runs the server until it is idle or ends, or this process receives a signal to stop.
func (c cluster) keep(log io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	keeperLock, err := flock.Acquire(c.keeperLockFile())
	if err != nil {
		return err
	}
	defer keeperLock.Release()
	server, err := c.startServer(ctx, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		return err
	}
	if err := c.writeAddress(server.URL()); err != nil {
		return errors.Join(err, stopServer(server))
	}
	if mutex := c.waitUntilIdle(ctx, server.Exited()); mutex != nil {
		defer mutex.Release()
	}
	return errors.Join(os.Remove(c.address()), stopServer(server))
}

// startServer starts the server. If the data is unusable, it starts with an empty data directory.
// The data is not durable, so a power cut may corrupt it, and all of it can be created again.
func (c cluster) startServer(ctx context.Context, logger *slog.Logger) (*embedded.Server, error) {
	config := embedded.Config{DataDir: c.data(), Logger: logger, Settings: settings()}
	server, err := embedded.Start(ctx, config)
	if err == nil || ctx.Err() != nil {
		return server, err
	}
	logger.Warn("starting with new data", "because", err)
	if err := os.RemoveAll(c.data()); err != nil {
		return nil, err
	}
	return embedded.Start(ctx, config)
}

// settings trade durability for speed, and set an unusual time zone: a test that passes does not
// depend on the server's time zone.
func settings() map[string]string {
	return map[string]string{
		"fsync":              "off",
		"synchronous_commit": "off",
		"full_page_writes":   "off",
		"wal_level":          "minimal",
		"max_wal_senders":    "0",
		"max_wal_size":       "1GB",
		"autovacuum":         "off",
		"max_connections":    "300",
		"shared_buffers":     "128MB",
		"timezone":           "Pacific/Chatham",
	}
}

// writeAddress writes the server's address to a temporary file and renames it, so that no process
// reads an incomplete address.
func (c cluster) writeAddress(url string) error {
	if err := os.WriteFile(c.address()+".new", []byte(url), 0o600); err != nil {
		return err
	}
	return os.Rename(c.address()+".new", c.address())
}

// waitUntilIdle returns when the server must stop. If the reason is idleness, it returns the locked
// mutex, so that no process starts to use the server.
func (c cluster) waitUntilIdle(ctx context.Context, exited <-chan struct{}) *flock.Lock {
	ticker := time.NewTicker(min(pollInterval, c.idle))
	defer ticker.Stop()
	changed, left := c.leasesChangedAt(), c.idle
	for {
		select {
		case <-exited:
			return nil
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		mutex := c.lockIfUnused()
		if now := c.leasesChangedAt(); mutex == nil || !now.Equal(changed) {
			changed, left = now, c.idle
		} else if left -= min(pollInterval, c.idle); left <= 0 {
			return mutex
		}
		if mutex != nil {
			mutex.Release()
		}
	}
}

// lockIfUnused locks and returns the mutex if no process holds it or a lease. Otherwise it returns
// nil.
func (c cluster) lockIfUnused() *flock.Lock {
	mutex, err := flock.Try(c.mutexFile())
	if err != nil {
		return nil
	}
	if c.isInUse() {
		mutex.Release()
		return nil
	}
	return mutex
}

func stopServer(server *embedded.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return server.Stop(ctx)
}
