// Command bench measures the ledger's write path: how many posted entries per second the server
// stores over gRPC and over REST, compared with PostgreSQL alone on the same rows. The
// comparison is fair. The server is a separate process, built from this tree and reached over
// TCP. pgbench uses the same durable PostgreSQL, tables with the same columns and indexes, and
// also commits once per entry. Both are measured in turn at each number of clients. Server,
// database and clients share the machine. It also measures imports of statement files, compared
// with COPY of their lines, and the firing of schedules that are due at once. The command only
// prints numbers and does not judge them.
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

// settings are the flags of a run.
type settings struct {
	duration time.Duration
	clients  []int
	dir      string
	// filter selects the series whose names contain it. Empty selects all.
	filter string
	// lines is the size of the large books whose reports are measured. 0 skips the reports.
	lines int
	// invoices is the size of the sales whose lists are measured. 0 skips the lists.
	invoices int
	// hours is the number of time entries whose lists are measured. 0 skips the lists.
	hours int
	// soak is how long entries are posted while the server's memory is recorded. 0 skips the
	// soak.
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
	cluster, err := embedded.Start(ctx, embedded.Config{
		DataDir: filepath.Join(dir, "data"), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop(context.WithoutCancel(ctx))) }()
	server, err := startServer(ctx, dir, cluster.URL())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	return measureAndPrint(ctx, s, cluster, server, dir)
}

// measureAndPrint measures all series on a running server and prints the table.
func measureAndPrint(ctx context.Context, s settings, cluster *embedded.Server, server *server, dir string) error {
	all, err := setUp(ctx, s, cluster, server, dir)
	if err != nil {
		return err
	}
	all = selectSeries(all, s.filter)
	if err := warmUpAll(ctx, s, cluster, all); err != nil {
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
	if strings.Contains(neighborTitle, s.filter) {
		if err := compareNeighbor(ctx, s, server, os.Stdout); err != nil {
			return err
		}
	}
	if err := measureBackground(ctx, s, meter, cluster.URL(), server, dir); err != nil {
		return err
	}
	if err := compareLists(ctx, s, server, cluster.URL()); err != nil {
		return err
	}
	if s.soak > 0 {
		if err := soak(ctx, s, server, os.Stdout); err != nil {
			return err
		}
	}
	printSuggestions(os.Stdout, s.filter)
	printFootnotes(os.Stdout, server.memory())
	return nil
}

// compareLists measures the reports and lists of large organizations that the settings ask for.
func compareLists(ctx context.Context, s settings, server *server, database string) error {
	if s.lines > 0 {
		if err := compareReports(ctx, server, s.lines, os.Stdout); err != nil {
			return err
		}
	}
	if s.invoices > 0 {
		if err := compareSales(ctx, server, database, s.invoices, os.Stdout); err != nil {
			return err
		}
	}
	if s.hours > 0 {
		return compareWork(ctx, server, database, s.hours, os.Stdout)
	}
	return nil
}

// measureBackground measures work that the server does after requests: imports and schedules.
func measureBackground(
	ctx context.Context, s settings, meter *meter, database string, server *server, dir string,
) error {
	if strings.Contains(importsTitle, s.filter) {
		if err := compareImports(ctx, meter, database, server, os.Stdout); err != nil {
			return err
		}
	}
	if strings.Contains(schedulesTitle, s.filter) {
		return compareSchedules(ctx, database, dir, os.Stdout)
	}
	return nil
}

func readSettings() (settings, error) {
	var s settings
	flag.DurationVar(&s.duration, "duration", 5*time.Second, "how long to measure each point, in whole seconds")
	clients := flag.String("clients", "1,8,16,32", "numbers of concurrent clients, separated by commas")
	flag.StringVar(&s.dir, "dir", os.TempDir(),
		"directory of the database during the run; its disk determines the cost of a commit")
	flag.StringVar(&s.filter, "only", "", "measure only the series whose names contain this string, and their yardsticks")
	flag.IntVar(&s.lines, "lines", 0,
		"also measure reports of books with this many lines, such as 1000000, compared with 10000")
	flag.IntVar(&s.hours, "hours", 0, "also measure lists in an organization with this many time entries, such as 1000000")
	flag.IntVar(&s.invoices, "invoices", 0, "also measure lists in an organization with this many invoices, such as 100000")
	flag.DurationVar(&s.soak, "soak", 0,
		"also post without a pause for this long, such as 30m, and print the server's memory")
	flag.Parse()
	if s.duration < time.Second || s.duration%time.Second != 0 {
		return s, errors.New("-duration must be in whole seconds, as pgbench requires")
	}
	for text := range strings.SplitSeq(*clients, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return s, fmt.Errorf("-clients must be numbers separated by commas, not %q", *clients)
		}
		s.clients = append(s.clients, n)
	}
	return s, nil
}

// workFolder creates a temporary folder. Other accounts can enter it, since PostgreSQL may have
// to run under another one.
func workFolder(parent string) (string, error) {
	dir, err := os.MkdirTemp(parent, "backoffice-bench-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
}
