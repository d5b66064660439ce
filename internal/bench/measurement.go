package main

import (
	"context"
	"slices"
	"sync"
	"time"
)

// measurement is the result of measuring one point.
type measurement struct {
	entries   int
	elapsed   time.Duration
	latencies []time.Duration // of calls, ascending
	cpu       cpu
}

// cpuPerEntry returns CPU time per entry in microseconds.
func (m measurement) cpuPerEntry(used time.Duration) float64 {
	if m.entries == 0 {
		return 0
	}
	return float64(used) / float64(time.Microsecond) / float64(m.entries)
}

// newMeasurement sums up calls that each stored entriesPerCall entries.
func newMeasurement(latencies []time.Duration, entriesPerCall int, elapsed time.Duration) measurement {
	latencies = slices.Sorted(slices.Values(latencies))
	return measurement{entries: len(latencies) * entriesPerCall, elapsed: elapsed, latencies: latencies}
}

// rate returns entries per second.
func (m measurement) rate() float64 {
	if m.elapsed <= 0 {
		return 0
	}
	return float64(m.entries) / m.elapsed.Seconds()
}

// percentile returns the latency that the given percentage of calls did not exceed, by the
// nearest-rank method.
func (m measurement) percentile(percent int) time.Duration {
	n := len(m.latencies)
	if n == 0 {
		return 0
	}
	rank := (n*percent + 99) / 100
	return m.latencies[max(rank, 1)-1]
}

// call is one request of a client.
type call func(ctx context.Context, client int) error

// newLoad returns a load in which each client makes its next call as soon as the last one has
// returned.
func (c call) newLoad(entriesPerCall int) load {
	return func(ctx context.Context, clients int, duration time.Duration) (measurement, error) {
		start := time.Now()
		latencies, err := c.runClients(ctx, clients, start.Add(duration))
		return newMeasurement(latencies, entriesPerCall, time.Since(start)), err
	}
}

// runClients makes calls until the end. The first failure stops all clients.
func (c call) runClients(ctx context.Context, clients int, end time.Time) ([]time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	perClient := make([][]time.Duration, clients)
	var group sync.WaitGroup
	for n := range clients {
		group.Go(func() {
			var err error
			if perClient[n], err = c.repeat(ctx, n, end); err != nil {
				cancel(err)
			}
		})
	}
	group.Wait()
	return slices.Concat(perClient...), context.Cause(ctx)
}

func (c call) repeat(ctx context.Context, client int, end time.Time) ([]time.Duration, error) {
	var latencies []time.Duration
	for {
		begin := time.Now()
		if begin.After(end) {
			return latencies, nil
		}
		if err := c(ctx, client); err != nil {
			return latencies, err
		}
		latencies = append(latencies, time.Since(begin))
	}
}
