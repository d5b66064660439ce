package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"backoffice/internal/platform/db/embedded/flock"
	"backoffice/internal/platform/disk"
)

// dataDir is a data directory with the cluster, the lock file and the server's log. Other files in
// it are left untouched.
type dataDir struct{ dir string }

func (h dataDir) cluster() string  { return filepath.Join(h.dir, "postgres") }
func (h dataDir) logFile() string  { return filepath.Join(h.dir, "postgres.log") }
func (h dataDir) lockFile() string { return filepath.Join(h.dir, "postgres.lock") }

// DefaultDataDir returns the default data directory of the current user.
func DefaultDataDir() (string, error) {
	// root runs PostgreSQL as another user, who has no access to /root
	if os.Geteuid() == 0 {
		return "/var/lib/backoffice", nil
	}
	if data := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(data) {
		return filepath.Join(data, "backoffice"), nil
	}
	user, err := os.UserHomeDir()
	if err != nil {
		return "", errors.New("this user has no home directory: set a data directory")
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(user, "Library", "Application Support", "backoffice"), nil
	}
	return filepath.Join(user, ".local", "share", "backoffice"), nil
}

// openDataDir creates a data directory if it does not exist, and checks that the account can enter
// it. An empty dir means DefaultDataDir.
func openDataDir(dir string, account account) (dataDir, error) {
	var err error
	if dir == "" {
		dir, err = DefaultDataDir()
	} else {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		return dataDir{}, err
	}
	mode := os.FileMode(0o700)
	if account.switched {
		mode = 0o755 // the account needs to enter it; private files in it have stricter modes
	}
	if err := os.MkdirAll(dir, mode); err != nil {
		return dataDir{}, fmt.Errorf("cannot create the data directory: %w", err)
	}
	// resolve links, since an orphaned server is recognized by the path of its data directory
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return dataDir{}, err
	}
	if blocked := account.blockedFolder(dir); blocked != "" {
		return dataDir{}, fmt.Errorf("user %s, as whom PostgreSQL runs, cannot enter %s: "+
			"choose a data directory elsewhere, or run \"chmod o+x %s\"", account.name, blocked, blocked)
	}
	return dataDir{dir}, nil
}

// lock prevents a second server from using the data. The operating system releases the lock when
// this process ends, so the holder of a lock is always alive.
func (h dataDir) lock() (*flock.Lock, error) {
	lock, err := flock.Try(h.lockFile())
	if errors.Is(err, flock.ErrHeld) {
		return nil, fmt.Errorf(
			"another server%s uses the data in %s: stop it, or choose another data directory", h.holder(), h.dir,
		)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot lock the data directory: %w", err)
	}
	if err := os.WriteFile(h.lockFile(), []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		lock.Release()
		return nil, fmt.Errorf("cannot write the lock file: %w", err)
	}
	return lock, nil
}

// holder names the process that holds the lock, for an error message.
func (h dataDir) holder() string {
	if content, err := os.ReadFile(h.lockFile()); err == nil && len(content) > 0 {
		return " (process " + string(content) + ")"
	}
	return ""
}

// major returns the PostgreSQL version that created the cluster, or 0 if there is no cluster.
func (h dataDir) major() (int, error) {
	content, err := os.ReadFile(filepath.Join(h.cluster(), "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, h.checkVacant()
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return 0, fmt.Errorf(
			"the version of the cluster in %s is unknown: restore a backup, or choose another data directory", h.cluster(),
		)
	}
	return major, nil
}

// checkVacant refuses a folder with content that is not a cluster, since creating a cluster in it
// could hide data.
func (h dataDir) checkVacant() error {
	entries, err := os.ReadDir(h.cluster())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf(
			"%s is neither empty nor a PostgreSQL cluster: restore a backup, or choose another data directory", h.cluster(),
		)
	}
	return err
}

// prepare creates the cluster if there is none, and makes the account its owner.
func (h dataDir) prepare(ctx context.Context, account account, programs programs, logger *slog.Logger) error {
	h.removeTemporary()
	major, err := h.major()
	if err != nil {
		return err
	}
	if major == 0 {
		logger.Info("creating a PostgreSQL cluster", "data", h.dir)
		return h.create(ctx, account, programs)
	}
	if account.owns(h.cluster()) {
		return nil
	}
	return account.chown(h.cluster())
}

// create creates the cluster in a temporary folder and renames it, so that a cluster with the final
// name is complete. The temporary name is unique, since an earlier attempt may still be running.
func (h dataDir) create(ctx context.Context, account account, programs programs) error {
	attempt, err := h.createTemporary(ctx, account, programs)
	if err != nil {
		return err
	}
	if err := os.Rename(attempt, h.cluster()); err != nil {
		return err
	}
	return disk.SyncFolder(h.dir)
}

// tryPrograms checks that programs work by creating a temporary cluster, which uses everything that
// running a server uses.
func (h dataDir) tryPrograms(ctx context.Context, account account, programs programs) error {
	attempt, err := h.createTemporary(ctx, account, programs)
	if err != nil {
		return err
	}
	return os.RemoveAll(attempt)
}

// createTemporary creates a cluster in a new temporary folder. If it fails, it removes the folder.
func (h dataDir) createTemporary(ctx context.Context, account account, programs programs) (string, error) {
	attempt, err := os.MkdirTemp(h.dir, "postgres.new-")
	if err != nil {
		return "", err
	}
	if err = account.chown(attempt); err == nil {
		err = initialize(ctx, account, programs, attempt)
	}
	if err != nil {
		_ = os.RemoveAll(attempt)
		return "", err
	}
	return attempt, nil
}

// removeTemporary removes the folders of interrupted attempts to create a cluster.
func (h dataDir) removeTemporary() {
	attempts, _ := os.ReadDir(h.dir)
	for _, attempt := range attempts {
		if strings.HasPrefix(attempt.Name(), "postgres.new-") {
			_ = os.RemoveAll(filepath.Join(h.dir, attempt.Name()))
		}
	}
}

// initialize runs initdb in dir.
func initialize(ctx context.Context, account account, programs programs, dir string) error {
	var failure error
	// The locale determines which characters are letters and their case. Only C.UTF-8 knows non-ASCII
	// letters such as "É", but not every machine has it. Text sorts by its bytes with both.
	for _, locale := range []string{"C.UTF-8", "C"} {
		// Trust authentication grants superuser rights to every process that reaches the socket. It is
		// acceptable only because the socket is in a folder of mode 0700 that the account owns, and
		// because the server listens on no network address.
		output, err := account.command(ctx, programs.path("initdb"), "--pgdata="+dir, "--username="+superuser,
			"--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=C", "--lc-ctype="+locale,
			"--data-checksums").CombinedOutput()
		if err == nil {
			return nil
		}
		failure = fmt.Errorf("cannot create the cluster in %s: %w: %s", dir, err, lastLines(string(output)))
	}
	return failure
}
