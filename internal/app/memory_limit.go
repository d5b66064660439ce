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

// The heap may grow by gcPercent of the live heap plus the ballast before a collection. The live
// heap is small, and collecting it as often as Go does took a tenth of the time of posting. The
// ballast, in bytes, is an allocation that is never touched and so takes no memory. A higher
// percentage without it would let a large file in memory grow the heap to five times its size.
const (
	gcPercent = 100
	ballast   = 64 << 20
)

// tuneMemory sets the memory limit and the garbage collector's percentage, unless GOMEMLIMIT or
// GOGC set them. The caller must keep the returned ballast alive.
func tuneMemory(ownDatabase bool) (heapBallast []byte) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit(availableMemory(), ownDatabase))
	}
	if os.Getenv("GOGC") != "" {
		return nil
	}
	debug.SetGCPercent(gcPercent)
	return make([]byte, ballast)
}

// memoryLimit returns the heap size in bytes from which the process collects garbage instead of
// growing. It is three quarters of the available memory, or half if the process runs its own
// PostgreSQL, which needs the rest for its buffers, sorts and cached files.
func memoryLimit(available int64, ownDatabase bool) int64 {
	if available == math.MaxInt64 {
		return available
	}
	if ownDatabase {
		return ballast + available/2
	}
	return ballast + available/4*3
}

// availableMemory returns the memory of the machine in bytes, or the container's limit if lower.
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

// An idle process returns memory to the system if it has more than keptMemory bytes, such as after
// a large file or report. It checks every keepInterval.
const (
	keptMemory   = 256 << 20
	keepInterval = 30 * time.Second
)

// memoryUse is the number of garbage collections so far and the resident memory in bytes.
type memoryUse struct {
	cycles, resident uint64
}

func readMemoryUse() memoryUse {
	samples := []metrics.Sample{
		{Name: "/gc/cycles/total:gc-cycles"}, {Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
	}
	metrics.Read(samples)
	return memoryUse{samples[0].Value.Uint64(), samples[1].Value.Uint64() - samples[2].Value.Uint64()}
}

// returnMemory returns unused memory to the system until ctx ends. Go does so during collections,
// but a process without requests does not collect and would keep the memory for minutes.
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

// returnIdle returns memory to the system if the process has more than keptMemory and has not
// collected since last. It returns the current use.
func returnIdle(last memoryUse) memoryUse {
	now := readMemoryUse()
	if now.cycles == last.cycles && now.resident > keptMemory {
		debug.FreeOSMemory()
		now = readMemoryUse()
	}
	return now
}
