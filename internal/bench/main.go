// Command bench measures the ledger's write path: how many posted entries a second
// the server stores, by gRPC and by REST, beside what PostgreSQL itself does with the
// same rows. It promises a fair yardstick: the server is a process of its own, built
// from this tree and reached over TCP; pgbench works on the same durable PostgreSQL,
// on tables with the same columns and indexes, and commits once an entry too; both
// are measured in turn at each number of clients. Server, database and clients share
// the machine. It judges nothing; the numbers are the reader's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"backoffice/internal/platform/db/embedded"
)

// settings are what a run may differ in.
type settings struct {
	duration time.Duration
	clients  []int
	dir      string
	// only is a part of the names of the series to measure; "" is in all.
	only string
	// lines is how many lines the large books have whose reports are measured; 0 measures
	// none.
	lines int
	// soak is how long entries are posted while the server's memory is looked at; 0 is not
	// at all.
	soak time.Duration
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", strings.Join(strings.Fields(err.Error()), " "))
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	s, err := readSettings()
	if err != nil {
		return err
	}
	dir, err := workFolder(s.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cluster, err := embedded.Start(ctx, embedded.Config{DataDir: filepath.Join(dir, "data"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop(context.WithoutCancel(ctx))) }()
	server, err := startServer(ctx, dir, cluster.URL())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	return compare(ctx, s, cluster, server, dir)
}

// compare measures all series on a running server and prints the table.
func compare(ctx context.Context, s settings, cluster *embedded.Server, server *server, dir string) error {
	all, err := setUp(ctx, s, cluster, server, dir)
	if err != nil {
		return err
	}
	all = choose(all, s.only)
	if err := warm(ctx, s, cluster, all); err != nil {
		return err
	}
	meter, err := newMeter(ctx, server, cluster.URL())
	if err != nil {
		return err
	}
	if err := measureAll(ctx, s, meter, all); err != nil {
		return err
	}
	printTable(os.Stdout, s.clients, all)
	if strings.Contains(neighborTitle, s.only) {
		if err := compareNeighbor(ctx, s, server, os.Stdout); err != nil {
			return err
		}
	}
	if s.lines > 0 {
		if err := compareReports(ctx, server, s.lines, os.Stdout); err != nil {
			return err
		}
	}
	if s.soak > 0 {
		if err := soak(ctx, s, server, os.Stdout); err != nil {
			return err
		}
	}
	printFootnotes(os.Stdout, server.memory())
	return nil
}

func readSettings() (settings, error) {
	var s settings
	flag.DurationVar(&s.duration, "duration", 5*time.Second, "how long each point is measured, in whole seconds")
	clients := flag.String("clients", "1,8,16,32", "how many clients call at a time, point by point")
	flag.StringVar(&s.dir, "dir", os.TempDir(), "where the database lies while measured; its disk decides what a commit costs")
	flag.StringVar(&s.only, "only", "", "measure only the series with this in their names, and the yardstick")
	flag.IntVar(&s.lines, "lines", 0, "measure the reports of books of so many lines, such as 1000000, beside those of ten thousand")
	flag.DurationVar(&s.soak, "soak", 0, "post so long without a pause, such as 30m, and print the server's memory as it goes")
	flag.Parse()
	if s.duration < time.Second || s.duration%time.Second != 0 {
		return s, errors.New("-duration must be whole seconds, as pgbench takes it")
	}
	for text := range strings.SplitSeq(*clients, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return s, fmt.Errorf("-clients must be numbers with commas between them, not %q", *clients)
		}
		s.clients = append(s.clients, n)
	}
	return s, nil
}

// workFolder makes a folder that is removed in the end. Another account passes
// through it when PostgreSQL cannot run as this one.
func workFolder(parent string) (string, error) {
	dir, err := os.MkdirTemp(parent, "backoffice-bench-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
}
