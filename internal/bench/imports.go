package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/id"
)

const importsTitle = "Importing a statement file"

// importLines is the number of lines of a file, and importRounds how many organizations import a
// file of each format.
const (
	importLines  = 5000
	importRounds = 3
)

// importSchema creates a table like that of the statement lines, with the same columns, checks and
// indexes. It omits the foreign keys, triggers and row-level security.
const importSchema = `create table bench.bank_statement_lines (like finance.bank_statement_lines including all)`

// importTimes are the times of the rounds of a format: of storing its lines by COPY, of importing
// its file for the first time and again, and of importing the file of the next year.
type importTimes struct {
	copied, first, again, next []time.Duration
	cpu                        cpu // of the first imports
}

// compareImports prints the time of importing a file in each format. Each round uses an account of
// a new organization, of which the planner has no statistics. COPY of the same lines is measured
// beside each import.
func compareImports(ctx context.Context, meter *meter, database string, s *server, out io.Writer) error {
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, importSchema); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%-34s %8s %8s %8s %8s %8s %12s   %s\n", fmt.Sprintf("%s, %d lines", importsTitle, importLines),
		"COPY s", "first s", "again s", "next s", "KiB", "first / COPY", "CPU ms of the first: server, database")
	for _, file := range statementFiles {
		var times importTimes
		for round := range importRounds {
			announce("imports", fmt.Sprintf("%s, round %d", file.format, round+1))
			if err := times.measure(ctx, meter, conn, s, file); err != nil {
				return fmt.Errorf("%s: %w", file.format, err)
			}
		}
		copied, first := median(times.copied), median(times.first)
		fmt.Fprintf(out, "%-34s %8.2f %8.2f %8.2f %8.2f %8d %12.1f   %7.0f %7.0f\n", file.format,
			copied.Seconds(), first.Seconds(), median(times.again).Seconds(), median(times.next).Seconds(),
			len(file.content(firstYear))/1024, first.Seconds()/copied.Seconds(),
			milliseconds(times.cpu.server/importRounds), milliseconds(times.cpu.database/importRounds))
	}
	fmt.Fprintf(out, `
Medians of %d imports by CreateStatementImport over gRPC, each into an account of a new organization: the file for the
first time, the same again, and the file of the next year. COPY stores the lines of the first file into a table with the
same columns and indexes. It parses nothing, looks for no duplicates, and checks no references. The import also stores
the outcome of each row and an event for each line.
`, importRounds)
	return nil
}

// firstYear and secondYear are the lines of two years.
var firstYear, secondYear = newBookedLines(importLines, 2024), newBookedLines(importLines, 2025)

// measure measures one round.
func (t *importTimes) measure(ctx context.Context, meter *meter, conn *pgx.Conn, s *server, file statementFile) error {
	copied, err := copyLines(ctx, conn, firstYear)
	if err != nil {
		return err
	}
	importFile, err := newImporter(ctx, s, fmt.Sprintf("%s%d", strings.ToLower(file.format.String()), len(t.first)))
	if err != nil {
		return err
	}
	before := meter.read()
	first, err := importFile(file.format, file.content(firstYear), importLines)
	if err != nil {
		return err
	}
	used := meter.read().sub(before)
	again, err := importFile(file.format, file.content(firstYear), 0)
	if err != nil {
		return err
	}
	next, err := importFile(file.format, file.content(secondYear), importLines)
	t.copied, t.first = append(t.copied, copied), append(t.first, first)
	t.again, t.next = append(t.again, again), append(t.next, next)
	t.cpu.server, t.cpu.database = t.cpu.server+used.server, t.cpu.database+used.database
	return err
}

// newImporter signs up an organization with a bank account. It returns a function that imports a
// file and returns how long that took. The function fails unless the expected number of lines is
// new.
func newImporter(
	ctx context.Context, s *server, name string,
) (func(format financev1.StatementImport_Format, content []byte, want int32) (time.Duration, error), error) {
	company, err := signUp(ctx, s, name)
	if err != nil {
		return nil, err
	}
	conn, err := s.dial()
	if err != nil {
		return nil, err
	}
	ctx = company.withKey(ctx)
	banking := financev1.NewBankingServiceClient(conn)
	account, err := banking.CreateBankAccount(ctx, &financev1.CreateBankAccountRequest{
		BankAccount: &financev1.BankAccount{DisplayName: "Bench"},
	})
	if err != nil {
		return nil, err
	}
	return func(format financev1.StatementImport_Format, content []byte, want int32) (time.Duration, error) {
		begin := time.Now()
		made, err := banking.CreateStatementImport(ctx, &financev1.CreateStatementImportRequest{
			BankAccountId: account.GetId(), StatementImport: &financev1.StatementImport{Content: content, Format: format},
		})
		if err == nil && made.GetNewCount() != want {
			err = fmt.Errorf("%d lines are new, want %d", made.GetNewCount(), want)
		}
		return time.Since(begin), err
	}, nil
}

// copyColumns are the columns of a statement line that are not null.
var copyColumns = []string{
	"org_id", "id", "version", "create_time", "update_time", "bank_account_id", "statement_import_id", "booked_date",
	"amount_currency", "amount_minor", "description", "counterparty_name", "counterparty_account", "bank_reference",
	"details", "corrected_reference", "check_number", "transaction_type", "deduplication_key", "state", "personal",
	"exclude_reason", "hold_reason", "existing_entry",
}

// copyLines stores the lines with COPY, for another organization, and returns how long that took.
func copyLines(ctx context.Context, conn *pgx.Conn, lines []bookedLine) (time.Duration, error) {
	org, account, file := id.New(), id.New(), id.New()
	now := time.Now()
	_, err := conn.CopyFrom(ctx, pgx.Identifier{"bench", "bank_statement_lines"}, copyColumns,
		pgx.CopyFromSlice(len(lines), func(i int) ([]any, error) {
			l := lines[i]
			return []any{
				org, id.New(), 1, now, now, account, file, l.day, "USD", l.cents, l.text, l.merchant, "", l.bankCode, "", "", "",
				"", "k1:" + strings.ReplaceAll(uuid.NewString(), "-", ""), "UNMATCHED", false, "", "", false,
			}, nil
		}))
	return time.Since(now), err
}

// median returns the middle of an odd number of durations.
func median(durations []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(durations))[len(durations)/2]
}
