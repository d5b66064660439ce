package embedded

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// startPatience bounds a start; recovery after a crash replays what was not yet checkpointed.
const startPatience = 3 * time.Minute

// postmaster is the server's process.
type postmaster struct {
	cmd      *exec.Cmd
	log      serverLog
	exited   chan struct{}
	programs programs
	// files are those that it runs from, and before is how they were when it started.
	files  []string
	before string
}

// arguments are the server's settings, given on the command line so that nothing stored in the cluster overrules them.
func arguments(socket string, settings map[string]string) []string {
	all := map[string]string{
		"listen_addresses":        "",
		"unix_socket_directories": socket,
		"unix_socket_permissions": "0700",
		"port":                    port,
		"fsync":                   "on",
		"synchronous_commit":      "on",
		"full_page_writes":        "on",
		"timezone":                "UTC",
		"log_timezone":            "UTC",
		"log_destination":         "stderr",
		"logging_collector":       "off",
		"random_page_cost":        "1.1",
		// Loaded once, by the postmaster, so that new sessions do not mix the running version with a
		// library that an upgrade has replaced meanwhile.
		"shared_preload_libraries": "plpgsql",
	}
	maps.Copy(all, settings)
	var list []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, "-c", name+"="+all[name])
	}
	return list
}

func launch(account account, programs programs, home home, arguments []string) (*postmaster, error) {
	log, output, err := openLog(home.logFile())
	if err != nil {
		return nil, err
	}
	defer func() { _ = output.Close() }()
	// the server outlives the caller's context: only Stop ends it
	cmd := account.command(context.Background(), programs.path("postgres"), append([]string{"-D", home.cluster()}, arguments...)...)
	cmd.Stdout, cmd.Stderr = output, output
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot run PostgreSQL: %w", err)
	}
	p := &postmaster{cmd: cmd, log: log, exited: make(chan struct{}), programs: programs}
	go p.reap()
	return p, nil
}

func (p *postmaster) reap() {
	_ = p.cmd.Wait()
	close(p.exited)
}

// ready waits until the server answers at url.
func (p *postmaster) ready(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for {
		err := answers(ctx, url)
		if err == nil {
			return nil
		}
		select {
		case <-p.exited:
			return fmt.Errorf("PostgreSQL did not start; see %s, which ends: %s", p.log.path, p.log.tail())
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL was not ready in time: %w; see %s, which ends: %s", err, p.log.path, p.log.tail())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func answers(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	return conn.Ping(ctx)
}

// stop asks for a fast shutdown, and for an immediate one when ctx ends; the cluster recovers from either.
func (p *postmaster) stop(ctx context.Context) error {
	_ = p.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-p.exited:
		return nil
	case <-ctx.Done():
	}
	// the server kills what does not obey within five seconds, so this wait ends
	_ = p.cmd.Process.Signal(syscall.SIGQUIT)
	<-p.exited
	return fmt.Errorf("PostgreSQL did not shut down in time and was stopped hard; it recovers at the next start: %w", ctx.Err())
}

// makeSocketFolder makes a folder that only the account (and root) can enter. It is short wherever the data lies, because
// a socket's path may have about a hundred characters.
func makeSocketFolder(account account) (string, error) {
	var failure error
	for _, parent := range []string{"/tmp", os.TempDir()} {
		dir, err := os.MkdirTemp(parent, "backoffice-")
		if err != nil {
			failure = err
			continue
		}
		if err := usable(account, dir); err != nil {
			_ = os.Remove(dir)
			failure = err
			continue
		}
		return dir, nil
	}
	return "", fmt.Errorf("cannot make a folder for PostgreSQL's socket: %w", failure)
}

func usable(account account, dir string) error {
	if path := filepath.Join(dir, ".s.PGSQL."+port); len(path) > 100 {
		return fmt.Errorf("%s is too long for a socket", path)
	}
	if err := account.own(dir); err != nil {
		return err
	}
	if wall := account.barrier(dir); wall != "" {
		return fmt.Errorf("user %s cannot enter %s", account.name, wall)
	}
	return nil
}
