package main

import (
	"fmt"
	"io"
	"runtime"
	"time"
)

func printTable(out io.Writer, clients []int, all []*series) {
	fmt.Fprintf(out, "%-30s %8s %10s %11s %8s %8s   %s\n", "", "clients", "entries/s", "of pgbench", "p50 ms", "p99 ms", "CPU µs an entry: clients, server, database")
	for _, one := range all {
		name := one.name
		for _, n := range clients {
			m := one.points[n]
			fmt.Fprintf(out, "%-30s %8d %10.0f %11s %8.2f %8.2f   %7.0f %7.0f %7.0f\n", name, n, m.rate(), one.ratio(n, all[0]),
				milliseconds(m.percentile(50)), milliseconds(m.percentile(99)), m.each(m.cpu.clients), m.each(m.cpu.server), m.each(m.cpu.database))
			name = ""
		}
	}
}

// ratio is the part of the yardstick's rate.
func (one *series) ratio(clients int, yardstick *series) string {
	if !one.stores || yardstick.points[clients].rate() == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", one.points[clients].rate()/yardstick.points[clients].rate())
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func printFootnotes(out io.Writer, memory string) {
	fmt.Fprintf(out, `
Memory of the server's process at the end: %s. CPUs shared by server, database and clients: %d.
An entry is posted with two lines between two of ten accounts and committed by itself, except in BatchCreate,
which commits a hundred at once. Latencies are of whole calls. The server's entries carry what pgbench's rows do
without: checked accounts, foreign keys, the balance trigger, row-level security and an event in the history.
GetClock is the ceiling of the chain: authenticated, authorized and limited like any call, an empty request
answered from memory; its figures are calls a second.
`, memory, runtime.NumCPU())
}
