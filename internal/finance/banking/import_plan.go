package banking

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// importPlan is the result of comparing a file with what is stored for one bank account. It says
// what the import will store.
type importPlan struct {
	isFeed     bool // the lines are of a feed, not of a file
	statements []statement.Statement
	problems   []statement.Problem
	warnings   []string
	currency   string

	lines          []statement.Line
	keys           []string // deduplication key of each line
	statementIndex []int    // index into statements of each line
	// stored maps deduplication keys to the lines that are stored, or that this import will store.
	stored map[string]storedLine
	rows   []importRow
	// proven are the statements, by index, whose lines lead from their opening to their closing
	// balance.
	proven map[int]bool
}

// planImport compares the file of an import with what is stored, and plans the import. With
// skipInvalid it leaves out rows that could not be read; otherwise it fails with
// STATEMENT_ROWS_INVALID.
func planImport(
	ctx context.Context, tx *db.Tx, account *pb.BankAccount, file statement.File, csvProfileID string, skipInvalid bool,
) (*importPlan, error) {
	f := &importPlan{
		isFeed: file.Format == feedFormat, problems: file.Problems, warnings: slices.Clone(file.Warnings),
		currency: account.CurrencyCode,
	}
	// Lines of a feed may also be in conflict with stored ones. All are reported together.
	if !f.isFeed {
		if err := f.checkRows(skipInvalid); err != nil {
			return nil, err
		}
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
	return f, f.compare(ctx, tx, account, fileLayout{string(file.Format), csvProfileID}, skipInvalid)
}

// compare gives each row an outcome and warns of what the balances and the stored lines say about
// it.
func (f *importPlan) compare(
	ctx context.Context, tx *db.Tx, account *pb.BankAccount, layout fileLayout, skipInvalid bool,
) error {
	key, err := bankAccounts.Table().Key(account.Id)
	if err != nil {
		return err
	}
	if err := f.collectLines(ctx, tx, key); err != nil {
		return err
	}
	if f.stored, err = findStoredLines(ctx, tx, key, f.keys); err != nil {
		return err
	}
	f.warnOfSums()
	f.warnOfUnusualDates(tx.Call())
	if err := f.warnOfMissingLines(ctx, tx, account); err != nil {
		return err
	}
	f.buildRows()
	if err := f.checkRows(skipInvalid); err != nil {
		return err
	}
	f.warnOfUnproven()
	if err := f.warnOfMovedBalance(ctx, tx, key); err != nil {
		return err
	}
	return f.suspectRows(ctx, tx, key, layout)
}

// findAccountNumber returns the bank account's number, or else the number in its first imported
// file that has one, or "".
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
select statements -> 0 ->> 'accountNumber'
from finance.statement_imports
where org_id = $1
and bank_account_id = $2
and state <> 'UNDONE'
and statements -> 0 ->> 'accountNumber' <> ''
order by create_time, id
limit 1`, tx.Call().Organization.ID, key).Scan(&number)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return number, err
}

// maxRowViolations is how many invalid rows an error lists.
const maxRowViolations = 1000

// checkRows refuses a file or feed with INVALID rows. With skip, it refuses only problems that
// concern no single row.
func (f *importPlan) checkRows(skip bool) error {
	var violations []fault.Field
	for _, p := range f.problems {
		if (p.Line == 0 || !skip) && len(violations) < maxRowViolations {
			violations = append(violations, f.violationOf(p))
		}
	}
	if len(violations) == 0 {
		return nil
	}
	return fault.InvalidFor(optionsv1.Reason_STATEMENT_ROWS_INVALID, violations...)
}

// violationOf returns a problem as a violation of the request: of the content, or of a field in the
// feed.
func (f *importPlan) violationOf(p statement.Problem) fault.Field {
	if f.isFeed {
		return fault.At(fmt.Sprintf("feed.lines[%d].%s", p.Line-1, p.Field), "%s", p.Message)
	}
	return fault.At("content", "%s", describeProblem(p))
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

// describeProblem formats a problem of a file for the caller, with its row and, in a file, its line
// number.
func describeProblem(p statement.Problem) string {
	switch {
	case p.TextLine == 0:
		return fmt.Sprintf("row %d: %s %q %s", p.Line, p.Field, p.Value, p.Message)
	case p.Line == 0:
		return fmt.Sprintf("line %d of the file: %s %q %s", p.TextLine, p.Field, p.Value, p.Message)
	}
	return fmt.Sprintf("row %d (line %d of the file): %s %q %s", p.Line, p.TextLine, p.Field, p.Value, p.Message)
}
