package app

import (
	"context"
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"
)

// gcPercent lets the heap grow further between collections than Go would: the live heap is
// small, and collecting it took a tenth of the time of posting. The growth counts from a
// ballast, an allocation that is never touched and so takes no memory: by percentage alone,
// a large file in memory would let the heap grow to five times its size.
const (
	gcPercent = 100
	ballast   = 64 << 20
)

// tuneMemory sets how much memory the process takes before it collects. What the
// environment says of it, by GOGC and GOMEMLIMIT, is left alone. The ballast is the
// caller's to keep.
func tuneMemory(ownDatabase bool) (kept []byte) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit(availableMemory(), ownDatabase))
	}
	if os.Getenv("GOGC") != "" {
		return nil
	}
	debug.SetGCPercent(gcPercent)
	return make([]byte, ballast)
}

// memoryLimit is the share of the memory beyond which the process collects rather than
// grows: half of it beside a PostgreSQL of our own, which needs the other half for its
// buffers, sorts and the system's cache of its files, else three quarters.
func memoryLimit(available int64, ownDatabase bool) int64 {
	if available == math.MaxInt64 {
		return available
	}
	if ownDatabase {
		return ballast + available/2
	}
	return ballast + available/4*3
}

// availableMemory is what the machine has, or the container is given.
func availableMemory() int64 {
	available := int64(math.MaxInt64)
	for _, name := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, _ := os.ReadFile(name)
		if limit, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil {
			available = min(available, limit)
		}
	}
	text, _ := os.ReadFile("/proc/meminfo")
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "MemTotal:" {
			if kib, err := strconv.ParseInt(fields[1], 10, 64); err == nil {
				available = min(available, kib<<10)
			}
		}
	}
	return available
}

// Bounds of what a process with little to do keeps of the memory that a large file or report
// took: how much, and how long.
const (
	keptMemory   = 256 << 20
	keepInterval = 30 * time.Second
)

// memoryUse is what was read of the process's memory.
type memoryUse struct {
	cycles, resident uint64
}

func readMemoryUse() memoryUse {
	samples := []metrics.Sample{
		{Name: "/gc/cycles/total:gc-cycles"}, {Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"},
	}
	metrics.Read(samples)
	return memoryUse{samples[0].Value.Uint64(), samples[1].Value.Uint64() - samples[2].Value.Uint64()}
}

// returnMemory gives memory back to the system until ctx ends. A process that is busy
// collects and gives back by itself; one without requests would keep it for minutes.
func returnMemory(ctx context.Context) {
	tick := time.NewTicker(keepInterval)
	defer tick.Stop()
	for last := readMemoryUse(); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		last = returnIdle(last)
	}
}

// returnIdle gives memory back if there is much and nothing was collected since last.
func returnIdle(last memoryUse) memoryUse {
	now := readMemoryUse()
	if now.cycles == last.cycles && now.resident > keptMemory {
		debug.FreeOSMemory()
		now = readMemoryUse()
	}
	return now
}
