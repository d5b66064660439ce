package app

import (
	"bytes"
	"math"
	"runtime"
	"testing"
)

// TestMemoryLimit checks which share of the memory a server takes before it collects.
func TestMemoryLimit(t *testing.T) {
	t.Parallel()
	const gib = 1 << 30
	for _, c := range []struct {
		available   int64
		ownDatabase bool
		want        int64
	}{
		{4 * gib, true, 2*gib + ballast},
		{4 * gib, false, 3*gib + ballast},
		{math.MaxInt64, true, math.MaxInt64},
	} {
		if got := memoryLimit(c.available, c.ownDatabase); got != c.want {
			t.Errorf("of %d, %v: got %d, want %d", c.available, c.ownDatabase, got, c.want)
		}
	}
}

// TestIdleMemoryIsReturned checks that a process that collects nothing gives back what a large
// file left behind. Alone, since it reads the memory of the process.
func TestIdleMemoryIsReturned(t *testing.T) {
	file := bytes.Repeat([]byte("x"), 2*keptMemory)
	if before := readMemoryUse(); before.resident < uint64(len(file)) {
		t.Fatalf("a file of %d bytes takes %d", len(file), before.resident)
	}
	runtime.KeepAlive(file)
	runtime.GC() // whose cycle must not end between the two readings
	if idle := returnIdle(readMemoryUse()); idle.resident > keptMemory {
		t.Errorf("%d bytes are left", idle.resident)
	}
}
