package main

import (
	"fmt"
	"io"
	"runtime"
	"time"
)

func printTable(out io.Writer, clients []int, all []*series) {
	fmt.Fprintf(out, "%-34s %8s %10s %11s %8s %8s   %s\n", "", "clients", "entries/s", "of pgbench", "p50 ms", "p99 ms", "CPU µs an entry: clients, server, database")
	for _, one := range all {
		name := one.name
		for _, n := range clients {
			m := one.points[n]
			fmt.Fprintf(out, "%-34s %8d %10.0f %11s %8.2f %8.2f   %7.0f %7.0f %7.0f\n", name, n, m.rate(), one.ratio(n),
				milliseconds(m.percentile(50)), milliseconds(m.percentile(99)), m.each(m.cpu.clients), m.each(m.cpu.server), m.each(m.cpu.database))
			name = ""
		}
	}
}

// ratio is the part of the yardstick's rate.
func (one *series) ratio(clients int) string {
	if one.against == nil || one.against.points[clients].rate() == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", one.points[clients].rate()/one.against.points[clients].rate())
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func printFootnotes(out io.Writer, memory string) {
	fmt.Fprintf(out, `
Memory of the server's process at the end: %s. CPUs shared by server, database and clients: %d.
An entry is posted with two lines between two of ten accounts and committed by itself, except in the series of a
hundred, which commit a hundred at once. Latencies are of whole calls. A client calls again as soon as it is answered,
over a connection of its own, but for "1 conn.", where all share one as many load generators do.
What a series is set against is the pgbench above it. Single entries of pgbench are the same rows in tables without our
rules: no checked accounts and periods, no balance trigger, no row-level security, no event in the history. Its
hundreds are our own statements, with all of these, on our tables.
GetClock is the ceiling of the chain: authenticated, authorized and limited like any call, an empty request
answered from memory; its figures are calls a second.
`, memory, runtime.NumCPU())
}
