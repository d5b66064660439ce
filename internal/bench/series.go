package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"backoffice/internal/platform/db/embedded"
)

// warmUp comes before what is measured: connections, prepared statements, caches.
const warmUp = 2 * time.Second

// batchSize is how many entries one BatchCreate carries.
const batchSize = 100

// load is work for so many clients at a time, for so long.
type load func(ctx context.Context, clients int, duration time.Duration) (measure, error)

// series is one kind of work, measured at every number of clients.
type series struct {
	name string
	run  load
	// against is the yardstick that it is set against; nil of work that stores nothing,
	// itself of a yardstick.
	against *series
	points  map[int]measure // by clients
}

func (one *series) isYardstick() bool { return one.against == one }

// setUp makes what is measured, each yardstick before what is set against it.
func setUp(ctx context.Context, s settings, cluster *embedded.Server, server *server, dir string) ([]*series, error) {
	b, err := newPgbench(ctx, cluster, dir)
	if err != nil {
		return nil, err
	}
	variables, err := yardstickVariables(ctx, server)
	if err != nil {
		return nil, err
	}
	company, err := signUp(ctx, server, "bench")
	if err != nil {
		return nil, err
	}
	most := slices.Max(s.clients)
	each, err := dialGRPC(company, most)
	if err != nil {
		return nil, err
	}
	shared, err := dialGRPC(company, 1)
	if err != nil {
		return nil, err
	}
	web := newREST(company, most)
	single := yardstick("pgbench, the same rows", b.load(entryScript, 1))
	hundred := yardstick("pgbench, our statements, 100", b.load(batchScript, batchSize, variables...))
	return []*series{
		single,
		{name: "CreateJournalEntry, gRPC", run: call(each.create).load(1), against: single},
		{name: "CreateJournalEntry, gRPC, 1 conn.", run: call(shared.create).load(1), against: single},
		{name: "CreateJournalEntry, REST", run: call(web.create).load(1), against: single},
		hundred,
		{name: "BatchCreate of 100, gRPC", run: call(each.batch).load(batchSize), against: hundred},
		{name: "BatchCreate of 100, REST", run: call(web.batch).load(batchSize), against: hundred},
		{name: "GetClock, gRPC (no database)", run: call(each.echo).load(1)},
		{name: "GetClock, REST (no database)", run: call(web.echo).load(1)},
	}, nil
}

// yardstick is a series that others are set against.
func yardstick(name string, run load) *series {
	one := &series{name: name, run: run}
	one.against = one
	return one
}

// yardstickVariables are an organization's for pgbench to write the entries of.
func yardstickVariables(ctx context.Context, server *server) ([]string, error) {
	c, err := signUp(ctx, server, "yardstick")
	if err != nil {
		return nil, err
	}
	return c.variables()
}

// choose keeps the series with the text in their names, and their yardsticks.
func choose(all []*series, text string) []*series {
	wanted := map[*series]bool{}
	for _, one := range all {
		if !one.isYardstick() && strings.Contains(one.name, text) {
			wanted[one], wanted[one.against] = true, true
		}
	}
	return slices.DeleteFunc(all, func(one *series) bool { return !wanted[one] })
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
