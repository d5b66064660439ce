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

// maxStart is how long a start may take. After a crash, it replays the log since the last
// checkpoint.
const maxStart = 3 * time.Minute

// postmaster is the main process of PostgreSQL.
type postmaster struct {
	cmd      *exec.Cmd
	log      serverLog
	exited   chan struct{}
	programs programs
	// files are the files it runs from; before is their fingerprint when it started.
	files       []string
	fingerprint string
}

// arguments returns the server's settings as command-line arguments, which override settings stored
// in the cluster.
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
		// The postmaster loads the library once, so that new sessions do not combine the running version
		// with a library that an upgrade has replaced.
		"shared_preload_libraries": "plpgsql",
	}
	maps.Copy(all, settings)
	var list []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, "-c", name+"="+all[name])
	}
	return list
}

// launch starts the postmaster process.
func launch(account account, programs programs, data dataDir, arguments []string) (*postmaster, error) {
	log, output, err := openLog(data.logFile())
	if err != nil {
		return nil, err
	}
	defer func() { _ = output.Close() }()
	// not the caller's context, since only Stop stops the server
	arguments = append([]string{"-D", data.cluster()}, arguments...)
	cmd := account.command(context.Background(), programs.path("postgres"), arguments...)
	cmd.Stdout, cmd.Stderr = output, output
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot run PostgreSQL: %w", err)
	}
	p := &postmaster{cmd: cmd, log: log, exited: make(chan struct{}), programs: programs}
	go p.reap()
	return p, nil
}

// reap waits for the process to end and closes exited.
func (p *postmaster) reap() {
	_ = p.cmd.Wait()
	close(p.exited)
}

// waitUntilReady waits until the server accepts connections at url.
func (p *postmaster) waitUntilReady(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, maxStart)
	defer cancel()
	for {
		err := ping(ctx, url)
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

// ping connects to the server and runs an empty query.
func ping(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	return conn.Ping(ctx)
}

// stop requests a fast shutdown, and an immediate one when ctx ends. The cluster recovers from
// both.
func (p *postmaster) stop(ctx context.Context) error {
	_ = p.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-p.exited:
		return nil
	case <-ctx.Done():
	}
	// the server kills its processes after five seconds, so this wait ends
	_ = p.cmd.Process.Signal(syscall.SIGQUIT)
	<-p.exited
	return fmt.Errorf(
		"PostgreSQL did not shut down in time and was stopped immediately; it recovers at the next start: %w", ctx.Err(),
	)
}

// makeSocketFolder creates a folder that only the account and root can enter. Its path is short and
// independent of the data directory, since the path of a socket is limited to about 100 characters.
func makeSocketFolder(account account) (string, error) {
	var failure error
	for _, parent := range []string{"/tmp", os.TempDir()} {
		dir, err := os.MkdirTemp(parent, "backoffice-")
		if err != nil {
			failure = err
			continue
		}
		if err := prepareSocketFolder(account, dir); err != nil {
			_ = os.Remove(dir)
			failure = err
			continue
		}
		return dir, nil
	}
	return "", fmt.Errorf("cannot create a folder for PostgreSQL's socket: %w", failure)
}

// prepareSocketFolder checks the length of the folder's path and makes the account its owner.
func prepareSocketFolder(account account, dir string) error {
	if path := filepath.Join(dir, ".s.PGSQL."+port); len(path) > 100 {
		return fmt.Errorf("%s is too long for a socket", path)
	}
	if err := account.chown(dir); err != nil {
		return err
	}
	if blocked := account.blockedFolder(dir); blocked != "" {
		return fmt.Errorf("user %s cannot enter %s", account.name, blocked)
	}
	return nil
}
