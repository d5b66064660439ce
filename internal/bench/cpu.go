package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// cpu is the CPU time used by each part. Unlike a rate, it shows what an entry costs even if
// the machine is busy with other work.
type cpu struct{ clients, server, database time.Duration }

func (c cpu) sub(o cpu) cpu {
	return cpu{c.clients - o.clients, c.server - o.server, c.database - o.database}
}

// meter reads the CPU time of this process, the server and the database from /proc. Without
// /proc, it reads zero.
type meter struct{ server, postmaster int }

func newMeter(ctx context.Context, server *server, database string) (*meter, error) {
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	backend, _ := readProcess(int(conn.PgConn().PID()))
	return &meter{server: server.cmd.Process.Pid, postmaster: backend.parent}, nil
}

func (m *meter) read() cpu {
	var own syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &own)
	server, _ := readProcess(m.server)
	return cpu{
		clients:  time.Duration(own.Utime.Nano() + own.Stime.Nano()),
		server:   server.used,
		database: m.readDatabase(),
	}
}

// readDatabase adds up the CPU time of the postmaster, its children and its exited children. If
// a child exits while reading, it would be counted twice or not at all, so it reads again.
func (m *meter) readDatabase() time.Duration {
	for {
		before, exists := readProcess(m.postmaster)
		children := m.readChildren()
		after, _ := readProcess(m.postmaster)
		if !exists || before.usedByExited == after.usedByExited {
			return before.used + before.usedByExited + children
		}
	}
}

func (m *meter) readChildren() (total time.Duration) {
	entries, _ := filepath.Glob("/proc/[0-9]*")
	for _, entry := range entries {
		pid, _ := strconv.Atoi(filepath.Base(entry))
		if p, ok := readProcess(pid); ok && p.parent == m.postmaster {
			total += p.used
		}
	}
	return total
}

// process holds the parent and the CPU times of a process.
type process struct {
	parent             int
	used, usedByExited time.Duration
}

// tick is the unit of CPU times in /proc, which is 10 ms on Linux.
const tick = 10 * time.Millisecond

func readProcess(pid int) (process, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}, false
	}
	// The process name, in parentheses, may contain any characters.
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 15 {
		return process{}, false
	}
	number := func(i int) int { n, _ := strconv.Atoi(fields[i]); return n }
	return process{
		parent:       number(1),
		used:         time.Duration(number(11)+number(12)) * tick,
		usedByExited: time.Duration(number(13)+number(14)) * tick,
	}, true
}
