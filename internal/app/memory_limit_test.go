package app

import (
	"bytes"
	"math"
	"runtime"
	"testing"
)

// TestMemoryLimit checks the memory limit with and without the server's own PostgreSQL.
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
			t.Errorf("%d available, own database %v: got %d, want %d", c.available, c.ownDatabase, got, c.want)
		}
	}
}

// TestIdleMemoryIsReturned checks that an idle process returns the memory of a large file to the
// system. The test is not parallel, since it measures the memory of the process.
func TestIdleMemoryIsReturned(t *testing.T) {
	file := bytes.Repeat([]byte("x"), 2*keptMemory)
	if before := readMemoryUse(); before.resident < uint64(len(file)) {
		t.Fatalf("got %d resident bytes with a file of %d", before.resident, len(file))
	}
	runtime.KeepAlive(file)
	runtime.GC() // so that no collection ends between the two readings
	if idle := returnIdle(readMemoryUse()); idle.resident > keptMemory {
		t.Errorf("got %d resident bytes, want at most %d", idle.resident, keptMemory)
	}
}
