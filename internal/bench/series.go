package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"backoffice/internal/platform/db/embedded"
)

// warmUp comes before what is measured: connections, prepared statements, caches.
const warmUp = 2 * time.Second

// batchSize is how many entries one BatchCreate carries.
const batchSize = 100

// series is one kind of work, measured at every number of clients.
type series struct {
	name string
	run  func(ctx context.Context, clients int, duration time.Duration) (measure, error)
	// stores is false for work that stores nothing.
	stores bool
	// yardstick is what the others are set against.
	yardstick bool
	points    map[int]measure // by clients
}

// allSeries are what is measured, the yardstick first.
func allSeries(yardstick *pgbench, wire *grpcClients, web *restClients) []*series {
	return []*series{
		{name: "pgbench, the same rows", run: yardstick.measure, stores: true, yardstick: true},
		{name: "CreateJournalEntry, gRPC", run: call(wire.create).load(1), stores: true},
		{name: "CreateJournalEntry, REST", run: call(web.create).load(1), stores: true},
		{name: "BatchCreate of 100, gRPC", run: call(wire.batch).load(batchSize), stores: true},
		{name: "BatchCreate of 100, REST", run: call(web.batch).load(batchSize), stores: true},
		{name: "GetClock, gRPC (no database)", run: call(wire.echo).load(1)},
		{name: "GetClock, REST (no database)", run: call(web.echo).load(1)},
	}
}

// warm runs everything once and then has the database count its rows, which it does
// by itself within a minute: on empty tables it plans badly.
func warm(ctx context.Context, s settings, cluster *embedded.Server, all []*series) error {
	for _, one := range all {
		announce(one.name, "warming up")
		if _, err := one.run(ctx, slices.Max(s.clients), warmUp); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
	}
	return execute(ctx, cluster.URL(), "analyze")
}

// measureAll measures the series in turn at each number of clients, so that what
// changes on the machine meanwhile meets all of them.
func measureAll(ctx context.Context, s settings, meter *meter, all []*series) error {
	for _, clients := range s.clients {
		for _, one := range all {
			announce(one.name, fmt.Sprintf("clients: %d", clients))
			before := meter.read()
			m, err := one.run(ctx, clients, s.duration)
			if err != nil {
				return fmt.Errorf("%s: %w", one.name, err)
			}
			m.cpu = meter.read().minus(before)
			if one.points == nil {
				one.points = map[int]measure{}
			}
			one.points[clients] = m
		}
	}
	return nil
}

// announce says what is being done, aside from the table.
func announce(series, what string) { fmt.Fprintf(os.Stderr, "%s, %s\n", series, what) }
