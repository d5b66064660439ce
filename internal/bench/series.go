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

// warmUp precedes each measurement. It opens connections, prepares statements and fills caches.
const warmUp = 2 * time.Second

// batchSize is the number of entries per BatchCreate request.
const batchSize = 100

// load runs the given number of concurrent clients for a duration.
type load func(ctx context.Context, clients int, duration time.Duration) (measurement, error)

// series is a kind of work, measured at each number of clients.
type series struct {
	name string
	run  load
	// yardstick is the series to compare with. It is nil for work that stores nothing, and the
	// series itself for a yardstick.
	yardstick *series
	points    map[int]measurement // by clients
}

func (one *series) isYardstick() bool { return one.yardstick == one }

// setUp creates all series, each yardstick before the series that are compared with it.
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
	if err := company.addCustomer(ctx); err != nil {
		return nil, err
	}
	maxClients := slices.Max(s.clients)
	each, err := dialGRPC(company, maxClients)
	if err != nil {
		return nil, err
	}
	shared, err := dialGRPC(company, 1)
	if err != nil {
		return nil, err
	}
	web := newREST(company, maxClients)
	single := newYardstick("pgbench, the same rows", b.newLoad(entryScript, 1))
	hundred := newYardstick("pgbench, our statements, 100", b.newLoad(batchScript, batchSize, variables...))
	return []*series{
		single,
		{name: "CreateJournalEntry, gRPC", run: call(each.create).newLoad(1), yardstick: single},
		{name: "CreateJournalEntry, gRPC, 1 conn.", run: call(shared.create).newLoad(1), yardstick: single},
		{name: "CreateJournalEntry, REST", run: call(web.create).newLoad(1), yardstick: single},
		{name: "Create and issue an invoice, gRPC", run: call(each.issue).newLoad(1), yardstick: single},
		{name: "The same, paid on the spot, gRPC", run: call(each.issuePaid).newLoad(1), yardstick: single},
		hundred,
		{name: "BatchCreate of 100, gRPC", run: call(each.batch).newLoad(batchSize), yardstick: hundred},
		{name: "BatchCreate of 100, REST", run: call(web.batch).newLoad(batchSize), yardstick: hundred},
		{name: "GetClock, gRPC (no database)", run: call(each.echo).newLoad(1)},
		{name: "GetClock, REST (no database)", run: call(web.echo).newLoad(1)},
	}, nil
}

// newYardstick returns a series that others are compared with.
func newYardstick(name string, run load) *series {
	one := &series{name: name, run: run}
	one.yardstick = one
	return one
}

// yardstickVariables signs up an organization whose entries pgbench writes.
func yardstickVariables(ctx context.Context, server *server) ([]string, error) {
	c, err := signUp(ctx, server, "yardstick")
	if err != nil {
		return nil, err
	}
	return c.pgbenchVariables()
}

// selectSeries keeps the series whose names contain the text, and their yardsticks.
func selectSeries(all []*series, text string) []*series {
	wanted := map[*series]bool{}
	for _, one := range all {
		if !one.isYardstick() && strings.Contains(one.name, text) {
			wanted[one], wanted[one.yardstick] = true, true
		}
	}
	return slices.DeleteFunc(all, func(one *series) bool { return !wanted[one] })
}

// warmUpAll runs every series once and then analyzes the tables, which PostgreSQL would do
// within a minute. It plans badly as long as it assumes empty tables.
func warmUpAll(ctx context.Context, s settings, cluster *embedded.Server, all []*series) error {
	for _, one := range all {
		announce(one.name, "warming up")
		if _, err := one.run(ctx, slices.Max(s.clients), warmUp); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
	}
	return execSQL(ctx, cluster.URL(), "analyze")
}

// measureAll measures the series in turn at each number of clients, so that changes on the
// machine affect all of them.
func measureAll(ctx context.Context, s settings, meter *meter, all []*series) error {
	for _, clients := range s.clients {
		for _, one := range all {
			announce(one.name, fmt.Sprintf("clients: %d", clients))
			before := meter.read()
			m, err := one.run(ctx, clients, s.duration)
			if err != nil {
				return fmt.Errorf("%s: %w", one.name, err)
			}
			m.cpu = meter.read().sub(before)
			if one.points == nil {
				one.points = map[int]measurement{}
			}
			one.points[clients] = m
		}
	}
	return nil
}

// announce prints progress to standard error, apart from the table.
func announce(series, what string) { fmt.Fprintf(os.Stderr, "%s, %s\n", series, what) }
