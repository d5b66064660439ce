package main

import (
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db/embedded"
)

// scripts are the transactions of pgbench clients.
//
//go:embed *.pgbench
var scripts embed.FS

// entryScript commits one entry, into tables without the ledger's rules. batchScript commits a
// hundred entries into the ledger's tables.
const (
	entryScript = "entry.pgbench"
	batchScript = "batch.pgbench"
)

// schema creates tables like the ledger's, with the same columns, checks and indexes. They omit
// the ledger's foreign keys, triggers and row-level security, which makes the yardstick of
// single entries harder to reach.
const schema = `
create schema bench;
create sequence bench.entry_ids;
create sequence bench.line_ids;
create sequence bench.batch_ids increment 100;
create table bench.journal_entries (like finance.journal_entries including all);
create table bench.journal_lines (like finance.journal_lines including all);
grant usage on schema bench to backoffice_app;
grant usage on all sequences in schema bench to backoffice_app;`

// pgbench runs PostgreSQL's own benchmark.
type pgbench struct {
	program, url, dir string
}

// newPgbench creates the tables of pgbench in a database that the server has migrated.
func newPgbench(ctx context.Context, cluster *embedded.Server, dir string) (*pgbench, error) {
	if err := execSQL(ctx, cluster.URL(), schema); err != nil {
		return nil, err
	}
	program, err := findPgbench(ctx, cluster)
	if err != nil {
		return nil, err
	}
	return &pgbench{program: program, url: cluster.URL(), dir: dir}, os.CopyFS(dir, scripts)
}

func execSQL(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, sql)
	return err
}

// findPgbench finds the pgbench program of the running PostgreSQL version.
func findPgbench(ctx context.Context, cluster *embedded.Server) (string, error) {
	conn, err := pgx.Connect(ctx, cluster.AdminURL())
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var dir string
	if err := conn.QueryRow(ctx, "select setting from pg_config where name = 'BINDIR'").Scan(&dir); err != nil {
		return "", err
	}
	program, err := exec.LookPath(filepath.Join(dir, "pgbench"))
	if err != nil {
		return "", fmt.Errorf("the yardstick needs pgbench, which is part of PostgreSQL's packages: %w", err)
	}
	return program, nil
}

// newLoad returns a load that runs a script, with the given number of entries per transaction,
// and its variables.
func (b *pgbench) newLoad(script string, entries int, variables ...string) load {
	arguments := []string{"--no-vacuum", "--protocol=prepared", "--log", "--file=" + filepath.Join(b.dir, script)}
	for _, v := range variables {
		arguments = append(arguments, "--define="+v)
	}
	return func(ctx context.Context, clients int, duration time.Duration) (measurement, error) {
		logs, err := os.MkdirTemp(b.dir, "log-")
		if err != nil {
			return measurement{}, err
		}
		defer os.RemoveAll(logs)
		cmd := exec.CommandContext(ctx, b.program, append(arguments[:len(arguments):len(arguments)],
			"--log-prefix="+filepath.Join(logs, "log"),
			"--client="+strconv.Itoa(clients), "--jobs="+strconv.Itoa(min(clients, runtime.NumCPU())),
			"--time="+strconv.Itoa(int(duration/time.Second)), b.url)...)
		output, err := cmd.CombinedOutput()
		if err != nil {
			return measurement{}, fmt.Errorf("pgbench: %w: %s", err, output)
		}
		latencies, err := readLogs(logs)
		if err != nil {
			return measurement{}, err
		}
		elapsed, err := elapsedFrom(string(output), len(latencies))
		return newMeasurement(latencies, entries, elapsed), err
	}
}

var ratePattern = regexp.MustCompile(`tps = ([0-9.]+) \(without initial connection time\)`)

// elapsedFrom computes how long the transactions took from the rate that pgbench reports.
func elapsedFrom(output string, transactions int) (time.Duration, error) {
	found := ratePattern.FindStringSubmatch(output)
	if found == nil {
		return 0, fmt.Errorf("pgbench reported no rate: %s", output)
	}
	rate, err := strconv.ParseFloat(found[1], 64)
	if err != nil || rate == 0 {
		return 0, fmt.Errorf("pgbench reported the rate %s", found[1])
	}
	return time.Duration(float64(transactions) / rate * float64(time.Second)), nil
}

// readLogs reads the logs of all pgbench threads.
func readLogs(dir string) ([]time.Duration, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all []time.Duration
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		latencies, err := readLog(string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, latencies...)
	}
	return all, nil
}

// readLog reads the latency of each line: client, transaction, microseconds and more.
func readLog(text string) ([]time.Duration, error) {
	var latencies []time.Duration
	for line := range strings.Lines(text) {
		columns := strings.Fields(line)
		if len(columns) < 3 {
			return nil, fmt.Errorf("pgbench logged %q", line)
		}
		micros, err := strconv.ParseInt(columns[2], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("pgbench logged %q", line)
		}
		latencies = append(latencies, time.Duration(micros)*time.Microsecond)
	}
	return latencies, nil
}
