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

// orphanPatience is how long a server left behind may take to shut down: it may have a large checkpoint to write.
const orphanPatience = time.Minute

// orphan is what postmaster.pid tells about the last server of a cluster.
type orphan struct {
	pid    int
	socket string
}

// reclaim takes the cluster back from a server whose parent died without stopping it. We hold the data's lock, so such a
// server belongs to nobody.
func (h home) reclaim(ctx context.Context, logger *slog.Logger) error {
	left, err := h.orphan()
	if err != nil || left.pid == 0 {
		return err
	}
	if !h.runs(left.pid) {
		return h.adopt()
	}
	logger.Warn("stopping a PostgreSQL left behind by a server that died", "process", left.pid, "data", h.dir)
	if err := h.end(ctx, left.pid); err != nil {
		return err
	}
	if filepath.IsAbs(left.socket) {
		_ = os.Remove(left.socket) // only if empty: the stopped server has cleared its own files
	}
	return nil
}

func (h home) pidFile() string { return filepath.Join(h.cluster(), "postmaster.pid") }

func (h home) orphan() (orphan, error) {
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
		// a power cut can leave it empty, which PostgreSQL takes for a rival that is just starting
		return orphan{}, os.Remove(h.pidFile())
	}
	if len(lines) < 5 {
		return orphan{pid: pid}, nil
	}
	return orphan{pid: pid, socket: strings.TrimSpace(lines[4])}, nil
}

// adopt names us in a postmaster.pid whose server is gone. Its old number may belong to some other process by now, in a
// container often to one of our own threads, and PostgreSQL would then refuse to start; its parent's number it ignores.
// The rest of the file stays, since by it PostgreSQL still makes sure that no backend of the old server is left.
func (h home) adopt() error {
	content, err := os.ReadFile(h.pidFile())
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(string(content), "\n")
	return os.WriteFile(h.pidFile(), []byte(strconv.Itoa(os.Getpid())+"\n"+rest), 0o600)
}

// end stops the server with a process number: kindly first, then hard.
func (h home) end(ctx context.Context, pid int) error {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("PostgreSQL (process %d) was left behind on %s and cannot be stopped: %w: stop it by hand", pid, h.dir, err)
		}
		if h.gone(ctx, pid) {
			return nil
		}
	}
	return fmt.Errorf("PostgreSQL (process %d) was left behind on %s and does not stop: stop it by hand", pid, h.dir)
}

func (h home) gone(ctx context.Context, pid int) bool {
	ctx, cancel := context.WithTimeout(ctx, orphanPatience)
	defer cancel()
	for h.runs(pid) {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(20 * time.Millisecond):
		}
	}
	return true
}

// runs says whether a process is the server of this cluster, and not another that got its number.
func (h home) runs(pid int) bool {
	return strings.Contains(commandLine(pid), "/postgres -D "+h.cluster()+" ")
}

// commandLine is a process's program and arguments, or "" if it has ended.
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
