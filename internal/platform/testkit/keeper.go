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
	keeperDir  = "BACKOFFICE_TEST_KEEPER_DIR"
	keeperIdle = "BACKOFFICE_TEST_KEEPER_IDLE"
	glance     = time.Second // how often the keeper looks around
)

// Run is what TestMain calls instead of m.Run: a test binary also serves as the process that keeps the cluster, because
// that process must outlive the binary that starts it.
func Run(m *testing.M) int {
	if os.Getenv(keeperDir) != "" {
		return keep()
	}
	return m.Run()
}

// startKeeper starts this binary again, detached, and waits until its server answers. The caller holds the door.
func (c cluster) startKeeper(ctx context.Context) (string, error) {
	if err := os.Remove(c.address()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	executable, err := os.Executable()
	if err != nil {
		return "", err
	}
	// without standard streams of ours and in a session of its own, it keeps neither go test nor a terminal waiting
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

func (c cluster) await(ctx context.Context, exited <-chan struct{}) (string, error) {
	for {
		if url, running := c.running(); running {
			return url, nil
		}
		select {
		case <-exited:
			return "", fmt.Errorf("the test cluster did not start (TestMain must be os.Exit(testkit.Run(m))): %s", c.lastWords())
		case <-ctx.Done():
			return "", fmt.Errorf("the test cluster did not start in time: %s", c.lastWords())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (c cluster) lastWords() string {
	content, err := os.ReadFile(c.log())
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(content[max(0, len(content)-2000):]))
}

func keep() int {
	patience, err := time.ParseDuration(os.Getenv(keeperIdle))
	if err != nil {
		return 2
	}
	c := cluster{dir: os.Getenv(keeperDir), idle: patience}
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

// keep runs the server until nobody has used it for a while, or it ends, or we are told to.
func (c cluster) keep(log io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	life, err := flock.Acquire(c.life())
	if err != nil {
		return err
	}
	defer life.Release()
	server, err := c.startServer(ctx, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		return err
	}
	if err := c.announce(server.URL()); err != nil {
		return errors.Join(err, halt(server))
	}
	if door := c.wait(ctx, server.Exited()); door != nil {
		defer door.Release()
	}
	return errors.Join(os.Remove(c.address()), halt(server))
}

// startServer starts from nothing if the data cannot be used: it is not durable, so a power cut may have broken it, and
// it holds nothing that is not made again.
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

// settings trade durability for speed, and set a time zone nobody lives in by chance: a test that passes in it does not
// lean on the server's zone.
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

// announce writes the address under another name first, so that nobody reads half of it.
func (c cluster) announce(url string) error {
	if err := os.WriteFile(c.address()+".new", []byte(url), 0o600); err != nil {
		return err
	}
	return os.Rename(c.address()+".new", c.address())
}

// wait returns when the server is to stop. If that is for idleness it returns the door, so that nobody comes in meanwhile.
func (c cluster) wait(ctx context.Context, exited <-chan struct{}) *flock.Lock {
	ticker := time.NewTicker(min(glance, c.idle))
	defer ticker.Stop()
	stamp, left := c.stamp(), c.idle
	for {
		select {
		case <-exited:
			return nil
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		door := c.quiet()
		if now := c.stamp(); door == nil || !now.Equal(stamp) {
			stamp, left = now, c.idle
		} else if left -= min(glance, c.idle); left <= 0 {
			return door
		}
		if door != nil {
			door.Release()
		}
	}
}

// quiet returns the door if nobody holds it or a lease.
func (c cluster) quiet() *flock.Lock {
	door, err := flock.Try(c.door())
	if err != nil {
		return nil
	}
	if c.used() {
		door.Release()
		return nil
	}
	return door
}

func halt(server *embedded.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return server.Stop(ctx)
}
