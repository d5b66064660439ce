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

// home is a data directory: the cluster, the lock beside it and the server's log. What else lies there is not ours.
type home struct{ dir string }

func (h home) cluster() string  { return filepath.Join(h.dir, "postgres") }
func (h home) logFile() string  { return filepath.Join(h.dir, "postgres.log") }
func (h home) lockFile() string { return filepath.Join(h.dir, "postgres.lock") }

// DefaultDataDir is where the data of this user lies if nothing else is said.
func DefaultDataDir() (string, error) {
	// root drops to another user, who can reach nothing under /root
	if os.Geteuid() == 0 {
		return "/var/lib/backoffice", nil
	}
	if data := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(data) {
		return filepath.Join(data, "backoffice"), nil
	}
	user, err := os.UserHomeDir()
	if err != nil {
		return "", errors.New("this user has no home directory: name a data directory")
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(user, "Library", "Application Support", "backoffice"), nil
	}
	return filepath.Join(user, ".local", "share", "backoffice"), nil
}

func openHome(dir string, account account) (home, error) {
	var err error
	if dir == "" {
		dir, err = DefaultDataDir()
	} else {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		return home{}, err
	}
	mode := os.FileMode(0o700)
	if account.switched {
		mode = 0o755 // the other user passes through; what is secret in it guards itself
	}
	if err := os.MkdirAll(dir, mode); err != nil {
		return home{}, fmt.Errorf("cannot make the data directory: %w", err)
	}
	// one name for one place, by which a server left behind is recognised
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return home{}, err
	}
	if wall := account.barrier(dir); wall != "" {
		return home{}, fmt.Errorf("user %s, as whom PostgreSQL runs, cannot enter %s: choose a data directory elsewhere, or run \"chmod o+x %s\"", account.name, wall, wall)
	}
	return home{dir}, nil
}

// lock keeps a second server off the data. The kernel frees it when we die, so a lock that is held has a living holder.
func (h home) lock() (*flock.Lock, error) {
	lock, err := flock.Try(h.lockFile())
	if errors.Is(err, flock.ErrHeld) {
		return nil, fmt.Errorf("another server%s uses the data in %s: stop it, or choose another data directory", h.holder(), h.dir)
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

func (h home) holder() string {
	if content, err := os.ReadFile(h.lockFile()); err == nil && len(content) > 0 {
		return " (process " + string(content) + ")"
	}
	return ""
}

// major is the PostgreSQL version that made the cluster, or 0 if there is none.
func (h home) major() (int, error) {
	content, err := os.ReadFile(filepath.Join(h.cluster(), "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, h.vacant()
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return 0, fmt.Errorf("%s holds no cluster of a known version: restore a backup, or choose another data directory", h.cluster())
	}
	return major, nil
}

// vacant refuses a folder that holds something other than a cluster: making one over it could bury data.
func (h home) vacant() error {
	entries, err := os.ReadDir(h.cluster())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("%s is neither empty nor a PostgreSQL cluster: restore a backup, or choose another data directory", h.cluster())
	}
	return err
}

// prepare makes sure that there is a cluster and that the account owns it.
func (h home) prepare(ctx context.Context, account account, programs programs, logger *slog.Logger) error {
	h.clearAttempts()
	major, err := h.major()
	if err != nil {
		return err
	}
	if major == 0 {
		logger.Info("making a PostgreSQL cluster", "data", h.dir)
		return h.create(ctx, account, programs)
	}
	if account.owns(h.cluster()) {
		return nil
	}
	return account.own(h.cluster())
}

// create makes the cluster under another name first, so that a cluster that bears its name is whole. The name is a new one
// each time, since the makers of an earlier attempt may still be at work in theirs.
func (h home) create(ctx context.Context, account account, programs programs) error {
	attempt, err := h.attempt(ctx, account, programs)
	if err != nil {
		return err
	}
	if err := os.Rename(attempt, h.cluster()); err != nil {
		return err
	}
	return disk.SyncFolder(h.dir)
}

// rehearse tries programs on a cluster that is thrown away: making one takes all that running one
// does.
func (h home) rehearse(ctx context.Context, account account, programs programs) error {
	attempt, err := h.attempt(ctx, account, programs)
	if err != nil {
		return err
	}
	return os.RemoveAll(attempt)
}

// attempt makes a cluster in a folder of its own, or leaves nothing.
func (h home) attempt(ctx context.Context, account account, programs programs) (string, error) {
	attempt, err := os.MkdirTemp(h.dir, "postgres.new-")
	if err != nil {
		return "", err
	}
	if err = account.own(attempt); err == nil {
		err = initialize(ctx, account, programs, attempt)
	}
	if err != nil {
		_ = os.RemoveAll(attempt)
		return "", err
	}
	return attempt, nil
}

func (h home) clearAttempts() {
	attempts, _ := os.ReadDir(h.dir)
	for _, attempt := range attempts {
		if strings.HasPrefix(attempt.Name(), "postgres.new-") {
			_ = os.RemoveAll(filepath.Join(h.dir, attempt.Name()))
		}
	}
}

func initialize(ctx context.Context, account account, programs programs, dir string) error {
	var failure error
	// What a letter's lower case is: "É" is a letter in the first of them alone, but not every machine has it. The order
	// of text is that of its bytes in any case.
	for _, locale := range []string{"C.UTF-8", "C"} {
		// Whoever reaches the socket is trusted, superuser included. That is acceptable only because the socket lies in a
		// folder of mode 0700 that belongs to the account, and because no address is listened on.
		output, err := account.command(ctx, programs.path("initdb"), "--pgdata="+dir, "--username="+superuser,
			"--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=C", "--lc-ctype="+locale, "--data-checksums").CombinedOutput()
		if err == nil {
			return nil
		}
		failure = fmt.Errorf("cannot make the cluster in %s: %w: %s", dir, err, lastLines(string(output)))
	}
	return failure
}
