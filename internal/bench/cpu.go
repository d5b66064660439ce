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

// cpu is processor time by who used it. Unlike a rate, it says what an entry costs on a
// machine that does other things too.
type cpu struct{ clients, server, database time.Duration }

func (c cpu) minus(o cpu) cpu {
	return cpu{c.clients - o.clients, c.server - o.server, c.database - o.database}
}

// meter reads the processor time of this process, the server's and the database's. It
// reads /proc, and nothing where there is none.
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

// readDatabase adds up the postmaster, its children, and those that have ended. It reads
// again when one ended meanwhile, which is then in neither figure or in both.
func (m *meter) readDatabase() time.Duration {
	for {
		before, there := readProcess(m.postmaster)
		children := m.readChildren()
		after, _ := readProcess(m.postmaster)
		if !there || before.usedByEnded == after.usedByEnded {
			return before.used + before.usedByEnded + children
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

// process is what the system says of one.
type process struct {
	parent            int
	used, usedByEnded time.Duration
}

// tick is the unit of the system's figures, which Linux fixes at a hundredth of a second.
const tick = 10 * time.Millisecond

func readProcess(pid int) (process, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}, false
	}
	// The name, in parentheses, may have anything in it.
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 15 {
		return process{}, false
	}
	number := func(i int) int { n, _ := strconv.Atoi(fields[i]); return n }
	return process{
		parent:      number(1),
		used:        time.Duration(number(11)+number(12)) * tick,
		usedByEnded: time.Duration(number(13)+number(14)) * tick,
	}, true
}
