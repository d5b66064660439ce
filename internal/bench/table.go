package main

import (
	"fmt"
	"io"
	"runtime"
	"time"
)

func printTable(out io.Writer, clients []int, all []*series) {
	fmt.Fprintf(out, "%-34s %8s %10s %11s %8s %8s   %s\n", "", "clients", "entries/s", "of pgbench", "p50 ms", "p99 ms",
		"CPU µs per entry: clients, server, database")
	for _, one := range all {
		name := one.name
		for _, n := range clients {
			m := one.points[n]
			fmt.Fprintf(out, "%-34s %8d %10.0f %11s %8.2f %8.2f   %7.0f %7.0f %7.0f\n", name, n, m.rate(), one.ratio(n),
				milliseconds(m.percentile(50)), milliseconds(m.percentile(99)), m.cpuPerEntry(m.cpu.clients),
				m.cpuPerEntry(m.cpu.server), m.cpuPerEntry(m.cpu.database))
			name = ""
		}
	}
}

// ratio returns the rate as a fraction of the yardstick's rate.
func (one *series) ratio(clients int) string {
	if one.yardstick == nil || one.yardstick.points[clients].rate() == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", one.points[clients].rate()/one.yardstick.points[clients].rate())
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func printFootnotes(out io.Writer, memory string) {
	fmt.Fprintf(out, `
Memory of the server's process at the end: %s. CPUs shared by server, database and clients: %d.
Each entry has two lines between two of ten accounts and its own commit, except in the series of a hundred,
which commit a hundred entries at once. Latencies are those of whole calls. A client calls again as soon as its call
returns, over its own connection, except for "1 conn.", where all clients share one, as in many load generators.
Each series is compared with the pgbench series above it. The single entries of pgbench are the same rows in tables
without the ledger's rules: no checks of accounts and periods, no balance trigger, no row-level security, no events.
Its hundreds are the server's statements, with all of these, on the ledger's tables.
An invoice takes two calls and two commits: the draft, and its issue with number, entry and receivable. Invoices of one
organization commit one after another, because their numbers have no gaps. One that is paid on the spot is posted with
its payment and its allocation, which are two more entries. Latencies are those of both calls.
GetClock shows the upper limit of the request chain: it is authenticated, authorized and limited like any call, but
its empty request needs no database. Its figures are calls per second.
`, memory, runtime.NumCPU())
}
