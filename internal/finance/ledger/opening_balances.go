package ledger

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger/trial"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/money"
)

// ImportOpeningBalances posts a trial balance as the opening entry.
func (s *Service) ImportOpeningBalances(
	ctx context.Context, req *pb.ImportOpeningBalancesRequest,
) (*pb.ImportOpeningBalancesResponse, error) {
	currency := req.GetCurrencyCode()
	if currency == "" {
		currency = call.From(ctx).Organization.CurrencyCode
	}
	if _, known := money.Digits(currency); !known {
		return nil, fault.Invalid(fault.At("currencyCode", "must be an ISO 4217 code"))
	}
	names, err := s.dimensionNames(ctx)
	if err != nil {
		return nil, err
	}
	file, err := trial.Read(ctx, req.GetContent(), currency, names)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fault.InvalidFor(optionsv1.Reason_OPENING_BALANCES_UNREADABLE,
			fault.At("content", "cannot be read: %s", err))
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ImportOpeningBalancesResponse, error) {
		o := &opening{req: req, file: file, currency: currency, response: &pb.ImportOpeningBalancesResponse{}}
		return o.response, o.store(ctx, tx)
	})
}

// dimensionNames returns the names of active dimensions. A trial balance can have a column for
// each.
func (s *Service) dimensionNames(ctx context.Context) ([]string, error) {
	list, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*[]string, error) {
		rows, err := tx.Query(ctx, `
select display_name
from finance.dimensions
where org_id = $1
and archive_time is null
order by display_name`, tx.Call().Organization.ID)
		if err != nil {
			return nil, err
		}
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		return &names, err
	})
	if err != nil {
		return nil, err
	}
	return *list, nil
}

// opening is one import of opening balances.
type opening struct {
	req      *pb.ImportOpeningBalancesRequest
	file     trial.Balances
	currency string
	response *pb.ImportOpeningBalancesResponse

	chart       *accountIndex
	rows        []openingRow
	newAccounts []*pb.Account
	debits      int64
	// credits is the sum of all credits, as a positive number.
	credits int64
}

// store creates the missing accounts, posts the entry, and fills in the response.
func (o *opening) store(ctx context.Context, tx *db.Tx) error {
	before, err := o.lock(ctx, tx)
	if err != nil {
		return err
	}
	if err := o.reversePrevious(ctx, tx, before); err != nil {
		return err
	}
	if err := o.resolve(ctx, tx); err != nil {
		return err
	}
	at := func(int) string { return "content" }
	if err := accounts.InsertMany(ctx, tx, o.newAccounts, at, classifyAccount, setAccountCurrency); err != nil {
		return err
	}
	e, err := o.newEntry(ctx, tx)
	if err != nil {
		return err
	}
	if err := o.checkLocked(tx, e); err != nil {
		return err
	}
	if err := journalEntries.Insert(ctx, tx, e, postEntry); err != nil {
		return o.errorInFile(err)
	}
	o.report(e)
	return nil
}

// reversePrevious reverses the entry of the previous import. before is nil if there was no
// import before.
func (o *opening) reversePrevious(ctx context.Context, tx *db.Tx, before *pb.JournalEntry) error {
	if before == nil {
		return nil
	}
	// Dated in another period, the reversal would leave the balances on the reports of this one.
	reversal, err := Reverse(ctx, tx, before.Id, before.Date, "Opening balances replaced")
	o.response.ReversalJournalEntryId = reversal.GetId()
	return err
}

// resolve finds or creates the account of each row. It reports all problems of the file at once.
func (o *opening) resolve(ctx context.Context, tx *db.Tx) (err error) {
	var violations fault.List
	if err := violations.Merge("", o.checkDate(ctx, tx)); err != nil {
		return err
	}
	if o.chart, err = readAccountIndex(ctx, tx); err != nil {
		return err
	}
	lines := map[int32]bool{}
	for _, b := range o.file.Rows {
		lines[int32(b.Line)] = true
	}
	violations.MergeViolations("", accountChoices(o.req.GetAccountChoices()).check(lines, o.chart))
	for _, p := range o.file.Problems {
		violations.MergeViolations("", invalidRow(p.Line, p.Message))
	}
	for _, b := range o.file.Rows {
		row, problems := o.resolveRow(tx, b)
		for _, p := range problems {
			violations.MergeViolations("", invalidRow(b.Line, p))
		}
		o.rows = append(o.rows, row)
		o.debits += max(b.Minor, 0)
		o.credits += max(-b.Minor, 0)
	}
	if len(o.file.Problems) == 0 && o.debits != o.credits && !o.req.GetPostDifference() {
		violations.MergeViolations("", o.unbalancedError())
	}
	return violations.Err()
}

// invalidRow returns the error for a problem in a line of the file.
func invalidRow(line int, message string) error {
	return fault.InvalidFor(optionsv1.Reason_OPENING_BALANCES_ROWS_INVALID,
		fault.At("content", "line %d: %s", line, message))
}

// checkDate refuses a date that is malformed, is unusual and not confirmed, or lies in a closed
// period.
func (o *opening) checkDate(ctx context.Context, tx *db.Tx) error {
	if err := CheckPlausibleDate(tx.Call(), o.req.GetDate(), o.req.GetConfirmUnusualDate()); err != nil {
		return err
	}
	return CheckPeriodOpen(ctx, tx, o.req.GetDate())
}

// CheckPeriodOpen refuses a day in a closed period. It locks the period, and creates it if there is
// none yet.
func CheckPeriodOpen(ctx context.Context, tx *db.Tx, date string) error {
	e := &pb.JournalEntry{Date: date}
	k, err := lockReferences(ctx, tx, e)
	if err != nil {
		return err
	}
	if err := k.ensurePeriod(ctx, tx, e); err != nil {
		return err
	}
	return k.checkPeriod(tx.Call(), e)
}

// unbalancedError returns the error for a file whose debits and credits differ.
func (o *opening) unbalancedError() error {
	return fault.InvalidFor(optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED,
		fault.At("content", "has debits of %s and credits of %s, which differ by %s %s; "+
			"correct the file, or set postDifference",
			money.Format(o.debits, o.currency), money.Format(o.credits, o.currency),
			money.Format(o.debits-o.credits, o.currency), o.currency))
}

// newEntry returns the opening entry: a line for each row, and one for their difference if any.
func (o *opening) newEntry(ctx context.Context, tx *db.Tx) (*pb.JournalEntry, error) {
	reference := []rune(files.BaseName(o.req.GetFileName()))
	e := &pb.JournalEntry{
		Date: o.req.GetDate(), Description: "Opening balances",
		Reference:    string(reference[:min(len(reference), maxReference)]),
		CurrencyCode: o.currency, ExchangeRate: o.req.GetExchangeRate(), Source: pb.JournalEntry_OPENING_BALANCE_IMPORT,
	}
	for _, r := range o.rows {
		e.Lines = append(e.Lines, r.line(o.currency))
	}
	if o.debits == o.credits {
		return e, nil
	}
	account, err := RoleAccount(ctx, tx, pb.AccountRole_OPENING_BALANCES)
	if err != nil {
		return nil, err
	}
	o.response.Difference = money.ToProto(o.credits-o.debits, o.currency)
	e.Lines = append(e.Lines,
		&pb.JournalLine{AccountId: account,
			Amount: &typepb.Money{Amount: o.response.Difference.Amount, CurrencyCode: o.currency},
			Memo:   "Difference in the trial balance"})
	return e, nil
}

// maxReference is the maximum length of an entry's reference, in characters.
const maxReference = 100

// errorInFile converts an error about the lines of the entry to one about the lines of the file.
func (o *opening) errorInFile(err error) error {
	var e *fault.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	if e.Reason == optionsv1.Reason_EXCHANGE_RATE_MISSING {
		return fault.InvalidFor(e.Reason,
			fault.At("exchangeRate", "is required: there is no stored rate of %s for the date", o.currency))
	}
	lines := make([]int, len(o.rows))
	for i, r := range o.rows {
		lines[i] = r.balance.Line
	}
	return fault.InvalidFor(e.Reason, fieldsInFile(e, lines)...)
}

// fieldsInFile converts the fields of an error about records made from the rows of a file to the
// lines of the file. The paths of the error begin with lines[n], where n is an index of lines.
func fieldsInFile(e *fault.Error, lines []int) []fault.Field {
	fields := make([]fault.Field, len(e.Fields))
	for i, f := range e.Fields {
		fields[i] = f
		if f.Path == "lines" {
			fields[i].Path = "content"
		}
		var n int
		if _, scanned := fmt.Sscanf(f.Path, "lines[%d]", &n); scanned == nil && n < len(lines) {
			_, field, _ := strings.Cut(f.Path, ".")
			fields[i] = fault.At("content", "line %d: %s %s", lines[n], field, f.Message)
		}
	}
	return fields
}
