package banking

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// importPlan is the result of comparing a file with what is stored for one bank account. It says what
// the import will store.
type importPlan struct {
	statements []statement.Statement
	problems   []statement.Problem
	warnings   []string
	currency   string

	lines          []statement.Line
	keys           []string // deduplication key of each line
	statementIndex []int    // index into statements of each line
	// storedIDs maps deduplication keys to the ids of lines that are stored, or that this import will store.
	storedIDs map[string]uuid.UUID
	rows      []importRow
	// proven are the statements, by index, whose lines lead from their opening to their closing balance.
	proven map[int]bool
}

// importRow is the outcome of one row of the file. It is kept small, since a file may have very many
// rows.
type importRow struct {
	number    int // in the file, from 1
	outcome   pb.StatementImport_Row_Outcome
	problem   string
	line      int // index into the plan's lines; -1 for a row that could not be read
	statement int // number of its statement, from 1
	id        uuid.UUID
	suspected []uuid.UUID // lines that a new row may repeat
}

// planImport compares the file of an import with what is stored, and plans the import. With skipInvalid
// it leaves out rows that could not be read; otherwise it fails with STATEMENT_ROWS_INVALID.
func planImport(
	ctx context.Context, tx *db.Tx, account *pb.BankAccount, file statement.File, csvProfileID string, skipInvalid bool,
) (*importPlan, error) {
	f := &importPlan{problems: file.Problems, warnings: slices.Clone(file.Warnings), currency: account.CurrencyCode}
	if err := f.checkRows(skipInvalid); err != nil {
		return nil, err
	}
	number, err := findAccountNumber(ctx, tx, account)
	if err != nil {
		return nil, err
	}
	chosen, warnings, err := chooseStatements(file.Statements, number, account.DisplayName)
	if err != nil {
		return nil, err
	}
	f.statements, f.warnings = chosen, append(f.warnings, warnings...)
	if err := f.checkCurrency(); err != nil {
		return nil, err
	}
	return f, f.compare(ctx, tx, account, fileLayout{string(file.Format), csvProfileID})
}

// compare gives each row an outcome and warns of what the balances and the stored lines say about it.
func (f *importPlan) compare(ctx context.Context, tx *db.Tx, account *pb.BankAccount, layout fileLayout) error {
	key, err := bankAccounts.Table().Key(account.Id)
	if err != nil {
		return err
	}
	if err := f.collectLines(ctx, tx, key); err != nil {
		return err
	}
	if f.storedIDs, err = f.findStoredLines(ctx, tx, key); err != nil {
		return err
	}
	f.warnOfSums()
	f.warnOfUnusualDates(tx.Call())
	if err := f.warnOfMissingLines(ctx, tx, account); err != nil {
		return err
	}
	f.buildRows()
	f.warnOfUnproven()
	if err := f.warnOfMovedBalance(ctx, tx, key); err != nil {
		return err
	}
	return f.suspectRows(ctx, tx, key, layout)
}

// findAccountNumber returns the bank account's number, or else the number in its first imported file,
// or "".
func findAccountNumber(ctx context.Context, tx *db.Tx, account *pb.BankAccount) (string, error) {
	if account.AccountNumber != "" {
		return account.AccountNumber, nil
	}
	key, err := bankAccounts.Table().Key(account.Id)
	if err != nil {
		return "", err
	}
	var number string
	err = tx.QueryRow(ctx, `
select coalesce(statements -> 0 ->> 'accountNumber', '')
from finance.statement_imports
where org_id = $1
and bank_account_id = $2
and state <> 'UNDONE'
order by create_time, id
limit 1`, tx.Call().Organization.ID, key).Scan(&number)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return number, err
}

// checkRows refuses a file with rows that could not be read. With skip, it refuses only problems that
// concern no single row.
func (f *importPlan) checkRows(skip bool) error {
	var violations []fault.Field
	for _, p := range f.problems {
		if p.Line == 0 || !skip {
			violations = append(violations, fault.At("content", "%s", describeProblem(p)))
		}
	}
	if len(violations) == 0 {
		return nil
	}
	return fault.InvalidFor(optionsv1.Reason_STATEMENT_ROWS_INVALID, violations...)
}

// checkCurrency refuses statements in a currency other than the bank account's.
func (f *importPlan) checkCurrency() error {
	for _, s := range f.statements {
		if s.CurrencyCode != f.currency {
			return fault.InvalidFor(optionsv1.Reason_STATEMENT_CURRENCY_DIFFERS,
				fault.At("content", "is in %s, but the bank account is in %s", s.CurrencyCode, f.currency))
		}
	}
	return nil
}

// describeProblem formats a problem of a file for the caller, with its row and line number.
func describeProblem(p statement.Problem) string {
	if p.Line == 0 {
		return fmt.Sprintf("line %d of the file: %s %q %s", p.TextLine, p.Field, p.Value, p.Message)
	}
	return fmt.Sprintf("row %d (line %d of the file): %s %q %s", p.Line, p.TextLine, p.Field, p.Value, p.Message)
}

// findStoredLines returns the ids of the bank account's stored lines by their deduplication keys, which
// contain the day of the line.
func (f *importPlan) findStoredLines(
	ctx context.Context, tx *db.Tx, accountKey uuid.UUID,
) (map[string]uuid.UUID, error) {
	days := map[calendar.Date]bool{}
	for _, l := range f.lines {
		days[l.Date] = true
	}
	rows, err := tx.QueryReplanned(ctx, `
select deduplication_key, id
from finance.bank_statement_lines
where org_id = $1
and bank_account_id = $2
and booked_date = any($3::date[])
and deduplication_key = any($4)`, tx.Call().Organization.ID, accountKey, midnights(days), f.keys)
	if err != nil {
		return nil, err
	}
	here := map[string]uuid.UUID{}
	var key string
	var line uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&key, &line}, func() error {
		here[key] = line
		return nil
	})
	return here, err
}

// midnights returns days as the parameter of a query.
func midnights(days map[calendar.Date]bool) (times []time.Time) {
	for day := range days {
		times = append(times, day.Midnight(time.UTC))
	}
	return times
}

// buildRows makes a row for each line and each unreadable row, and sorts them by their number in the
// file.
func (f *importPlan) buildRows() {
	f.rows = make([]importRow, 0, len(f.lines)+len(f.problems))
	for i, l := range f.lines {
		r := importRow{
			number: l.Number, line: i, statement: f.statementIndex[i] + 1, outcome: pb.StatementImport_Row_DUPLICATE,
		}
		var again bool
		if r.id, again = f.storedIDs[f.keys[i]]; !again {
			r.outcome, r.id = pb.StatementImport_Row_NEW, id.New()
			f.storedIDs[f.keys[i]] = r.id
		}
		f.rows = append(f.rows, r)
	}
	f.rows = append(f.rows, invalidRows(f.problems)...)
	slices.SortStableFunc(f.rows, func(a, b importRow) int { return cmp.Compare(a.number, b.number) })
}

// invalidRows returns the rows that could not be read. A row with several problems is returned once,
// with all of them.
func invalidRows(problems []statement.Problem) (rows []importRow) {
	places := map[int]int{}
	for _, p := range problems {
		if at, again := places[p.Line]; again {
			rows[at].problem += "; " + describeProblem(p)
			continue
		}
		places[p.Line] = len(rows)
		rows = append(
			rows, importRow{number: p.Line, line: -1, outcome: pb.StatementImport_Row_INVALID, problem: describeProblem(p)},
		)
	}
	return rows
}

// previewRows returns the first rows, at most the given number, as the API shows them.
func (f *importPlan) previewRows(limit int) []*pb.StatementImport_Row {
	out := make([]*pb.StatementImport_Row, min(limit, len(f.rows)))
	for i := range out {
		r := f.rows[i]
		out[i] = &pb.StatementImport_Row{LineNumber: int32(r.number), Outcome: r.outcome, Problem: r.problem}
		if r.line >= 0 {
			l := f.lines[r.line]
			out[i].BookedDate, out[i].Amount = l.Date.String(), money.ToProto(l.Amount, f.currency)
			out[i].Description = cmp.Or(l.Description, l.CounterpartyName)
			out[i].BankStatementLineId = id.Format("bsl", r.id)
			out[i].SuspectedLineIds = formatLineIDs(r.suspected)
		}
	}
	return out
}

// formatLineIDs returns the ids of lines as the API shows them.
func formatLineIDs(keys []uuid.UUID) (ids []string) {
	for _, key := range keys {
		ids = append(ids, id.Format("bsl", key))
	}
	return ids
}
