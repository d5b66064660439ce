package main

import (
	"context"
	"slices"
	"sync"
	"time"
)

// measure is what one point came to.
type measure struct {
	entries   int
	elapsed   time.Duration
	latencies []time.Duration // of calls, ascending
	cpu       cpu
}

// each is processor time for one entry, in microseconds.
func (m measure) each(used time.Duration) float64 {
	if m.entries == 0 {
		return 0
	}
	return float64(used) / float64(time.Microsecond) / float64(m.entries)
}

// newMeasure sums up calls that each stored so many entries.
func newMeasure(latencies []time.Duration, entriesPerCall int, elapsed time.Duration) measure {
	latencies = slices.Sorted(slices.Values(latencies))
	return measure{entries: len(latencies) * entriesPerCall, elapsed: elapsed, latencies: latencies}
}

// rate is entries a second.
func (m measure) rate() float64 {
	if m.elapsed <= 0 {
		return 0
	}
	return float64(m.entries) / m.elapsed.Seconds()
}

// percentile is the latency that so many percent of the calls did not exceed: the
// nearest rank.
func (m measure) percentile(percent int) time.Duration {
	n := len(m.latencies)
	if n == 0 {
		return 0
	}
	rank := (n*percent + 99) / 100
	return m.latencies[max(rank, 1)-1]
}

// call is one request of one client.
type call func(ctx context.Context, client int) error

// load is a crowd of clients that each make their next call, of so many entries, as
// soon as the last is answered.
func (c call) load(entriesPerCall int) load {
	return func(ctx context.Context, clients int, duration time.Duration) (measure, error) {
		start := time.Now()
		latencies, err := c.crowd(ctx, clients, start.Add(duration))
		return newMeasure(latencies, entriesPerCall, time.Since(start)), err
	}
}

// crowd calls until the end; the first failure ends it for all.
func (c call) crowd(ctx context.Context, clients int, end time.Time) ([]time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	perClient := make([][]time.Duration, clients)
	var crowd sync.WaitGroup
	for n := range clients {
		crowd.Go(func() {
			var err error
			if perClient[n], err = c.repeat(ctx, n, end); err != nil {
				cancel(err)
			}
		})
	}
	crowd.Wait()
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
