package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// maxOrphanStop is how long an orphaned server may take to shut down, since it may write a large
// checkpoint.
const maxOrphanStop = time.Minute

// orphan is the last server of a cluster, as recorded in postmaster.pid. A zero pid means none.
type orphan struct {
	pid    int
	socket string
}

// stopOrphan stops a server whose parent process died without stopping it. The caller has locked
// the data directory, so no living process uses such a server.
func (h dataDir) stopOrphan(ctx context.Context, logger *slog.Logger) error {
	found, err := h.orphan()
	if err != nil || found.pid == 0 {
		return err
	}
	if !h.isServer(found.pid) {
		return h.claimPIDFile()
	}
	logger.Warn("stopping a PostgreSQL server whose parent process died", "process", found.pid, "data", h.dir)
	if err := h.stopProcess(ctx, found.pid); err != nil {
		return err
	}
	if filepath.IsAbs(found.socket) {
		_ = os.Remove(found.socket) // fails unless the folder is empty, as it is after a regular stop
	}
	return nil
}

func (h dataDir) pidFile() string { return filepath.Join(h.cluster(), "postmaster.pid") }

// orphan reads postmaster.pid.
func (h dataDir) orphan() (orphan, error) {
	content, err := os.ReadFile(h.pidFile())
	if errors.Is(err, os.ErrNotExist) {
		return orphan{}, nil
	}
	if err != nil {
		return orphan{}, err
	}
	lines := strings.Split(string(content), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || pid <= 0 {
		// a power cut can leave the file empty, and PostgreSQL then assumes that another server is
		// starting
		return orphan{}, os.Remove(h.pidFile())
	}
	if len(lines) < 5 {
		return orphan{pid: pid}, nil
	}
	return orphan{pid: pid, socket: strings.TrimSpace(lines[4])}, nil
}

// claimPIDFile writes the id of this process to the postmaster.pid of a server that has ended.
// Another process may now have the old id: in a container it is often a thread of this process.
// PostgreSQL would then refuse to start, but it ignores the id of its parent. The rest of the file
// stays, since PostgreSQL uses it to check that no backend of the old server runs.
func (h dataDir) claimPIDFile() error {
	content, err := os.ReadFile(h.pidFile())
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(string(content), "\n")
	return os.WriteFile(h.pidFile(), []byte(strconv.Itoa(os.Getpid())+"\n"+rest), 0o600)
}

// stopProcess stops the server with a process id: first with a fast shutdown, then with an
// immediate one.
func (h dataDir) stopProcess(ctx context.Context, pid int) error {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("an orphaned PostgreSQL (process %d) uses the data in %s and cannot be stopped: %w: "+
				"stop it by hand", pid, h.dir, err)
		}
		if h.waitForExit(ctx, pid) {
			return nil
		}
	}
	return fmt.Errorf(
		"an orphaned PostgreSQL (process %d) uses the data in %s and does not stop: stop it by hand", pid, h.dir,
	)
}

// waitForExit waits until a process is no longer the server of this cluster, and reports whether it
// ended in time.
func (h dataDir) waitForExit(ctx context.Context, pid int) bool {
	ctx, cancel := context.WithTimeout(ctx, maxOrphanStop)
	defer cancel()
	for h.isServer(pid) {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(20 * time.Millisecond):
		}
	}
	return true
}

// isServer reports whether a process is the server of this cluster, and not another process with
// the same id.
func (h dataDir) isServer(pid int) bool {
	return strings.Contains(commandLine(pid), "/postgres -D "+h.cluster()+" ")
}

// commandLine returns the program and arguments of a process, or "" if it has ended.
func commandLine(pid int) string {
	number := strconv.Itoa(pid)
	if content, err := os.ReadFile(filepath.Join("/proc", number, "cmdline")); err == nil {
		return strings.ReplaceAll(string(content), "\x00", " ")
	}
	output, err := exec.Command("ps", "-o", "command=", "-p", number).Output()
	if err != nil {
		return ""
	}
	return string(output)
}
