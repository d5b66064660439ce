package main

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestPercentileIsNearestRank(t *testing.T) {
	t.Parallel()
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(100-i) * time.Millisecond
	}
	for _, c := range []struct {
		latencies []time.Duration
		percent   int
		want      time.Duration
	}{
		{nil, 50, 0},
		{[]time.Duration{7}, 50, 7},
		{[]time.Duration{7}, 99, 7},
		{[]time.Duration{3, 1, 2}, 50, 2},
		{[]time.Duration{4, 1, 3, 2}, 50, 2},
		{hundred, 50, 50 * time.Millisecond},
		{hundred, 99, 99 * time.Millisecond},
		{hundred, 100, 100 * time.Millisecond},
		{hundred, 0, 1 * time.Millisecond},
	} {
		if got := newMeasurement(c.latencies, 1, time.Second).percentile(c.percent); got != c.want {
			t.Errorf("percentile %d of %v: got %v, want %v", c.percent, c.latencies, got, c.want)
		}
	}
}

func TestRateIsEntriesPerSecond(t *testing.T) {
	t.Parallel()
	if got := newMeasurement(make([]time.Duration, 30), 100, 2*time.Second).rate(); got != 1500 {
		t.Errorf("30 calls of 100 entries in 2 s: got %v entries/s, want 1500", got)
	}
	if got := newMeasurement(nil, 1, 0).rate(); got != 0 {
		t.Errorf("no calls: got %v entries/s, want 0", got)
	}
}

func TestLoadStopsAtFirstFailure(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	failing := call(func(ctx context.Context, client int) error {
		if client == 0 {
			return broken
		}
		<-ctx.Done()
		return ctx.Err()
	})
	_, err := failing.newLoad(1)(t.Context(), 2, time.Hour)
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want the first client's failure", err)
	}
}

func TestReadLogRejectsTruncatedLines(t *testing.T) {
	t.Parallel()
	latencies, err := readLog("0 1 2513 0 1792000000 123\n1 1 941 0 1792000000 456\n")
	if err != nil || len(latencies) != 2 || latencies[0] != 2513*time.Microsecond ||
		latencies[1] != 941*time.Microsecond {
		t.Errorf("got %v, %v", latencies, err)
	}
	if _, err := readLog("0 1\n"); err == nil {
		t.Error("got no error for a truncated line")
	}
}
