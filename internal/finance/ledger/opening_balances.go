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

// ImportOpeningBalances books a trial balance as the opening entry of the books.
func (s *Service) ImportOpeningBalances(ctx context.Context, req *pb.ImportOpeningBalancesRequest) (*pb.ImportOpeningBalancesResponse, error) {
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
		return nil, fault.InvalidFor(optionsv1.Reason_OPENING_BALANCES_UNREADABLE, fault.At("content", "cannot be read: %s", err))
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ImportOpeningBalancesResponse, error) {
		o := &opening{req: req, file: file, currency: currency, answer: &pb.ImportOpeningBalancesResponse{}}
		return o.answer, o.book(ctx, tx)
	})
}

// dimensionNames are the names that a trial balance may have columns of.
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

// opening is an import under way.
type opening struct {
	req      *pb.ImportOpeningBalancesRequest
	file     trial.Balances
	currency string
	answer   *pb.ImportOpeningBalancesResponse

	chart  *openingChart
	rows   []openingRow
	fresh  []*pb.Account
	debits int64
	// credits are positive.
	credits int64
}

// book stores the entry, and the accounts that it needs.
func (o *opening) book(ctx context.Context, tx *db.Tx) error {
	before, err := o.lock(ctx, tx)
	if err != nil {
		return err
	}
	if err := o.replace(ctx, tx, before); err != nil {
		return err
	}
	if err := o.resolve(ctx, tx); err != nil {
		return err
	}
	at := func(int) string { return "content" }
	if err := accounts.InsertMany(ctx, tx, o.fresh, at, classify, keepCurrency); err != nil {
		return err
	}
	e, err := o.entry(ctx, tx)
	if err != nil {
		return err
	}
	if err := o.stillLocked(tx, e); err != nil {
		return err
	}
	if err := journalEntries.Insert(ctx, tx, e, post); err != nil {
		return o.inFile(err)
	}
	o.report(e)
	return nil
}

// replace takes the import before back, if there is one.
func (o *opening) replace(ctx context.Context, tx *db.Tx, before *pb.JournalEntry) error {
	if before == nil {
		return nil
	}
	// In another period than their own they would stay on its reports.
	reversal, err := Reverse(ctx, tx, before.Id, before.Date, "Opening balances replaced")
	o.answer.ReversalJournalEntryId = reversal.GetId()
	return err
}

// resolve finds or makes the account of each row, and says at once all that is wrong.
func (o *opening) resolve(ctx context.Context, tx *db.Tx) (err error) {
	var violations fault.List
	if err := violations.Merge("", o.openOn(ctx, tx)); err != nil {
		return err
	}
	if o.chart, err = readOpeningChart(ctx, tx); err != nil {
		return err
	}
	violations.MergeViolations("", o.knownChoices())
	for _, p := range o.file.Problems {
		violations.MergeViolations("", rowRefused(p.Line, p.Message))
	}
	for _, b := range o.file.Rows {
		row, problems := o.resolveRow(tx, b)
		for _, p := range problems {
			violations.MergeViolations("", rowRefused(b.Line, p))
		}
		o.rows = append(o.rows, row)
		o.debits += max(b.Minor, 0)
		o.credits += max(-b.Minor, 0)
	}
	if len(o.file.Problems) == 0 && o.debits != o.credits && !o.req.GetPostDifference() {
		violations.MergeViolations("", o.unbalanced())
	}
	return violations.Err()
}

func rowRefused(line int, message string) error {
	return fault.InvalidFor(optionsv1.Reason_OPENING_BALANCES_ROWS_INVALID, fault.At("content", "line %d: %s", line, message))
}

// openOn refuses a date that is none, is unusual and not confirmed, or lies in a closed period.
func (o *opening) openOn(ctx context.Context, tx *db.Tx) error {
	if err := CheckPlausibleDate(tx.Call(), o.req.GetDate(), o.req.GetConfirmUnusualDate()); err != nil {
		return err
	}
	e := &pb.JournalEntry{Date: o.req.GetDate()}
	k, err := lookUp(ctx, tx, e)
	if err != nil {
		return err
	}
	if err := k.cover(ctx, tx, e); err != nil {
		return err
	}
	return k.takes(tx.Call(), e)
}

func (o *opening) unbalanced() error {
	return fault.InvalidFor(optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED,
		fault.At("content", "has debits of %s and credits of %s, which differ by %s %s; put it right, or let the difference be posted",
			money.Format(o.debits, o.currency), money.Format(o.credits, o.currency), money.Format(o.debits-o.credits, o.currency), o.currency))
}

// entry is the entry of all rows, and of their difference if it is to be posted.
func (o *opening) entry(ctx context.Context, tx *db.Tx) (*pb.JournalEntry, error) {
	reference := []rune(files.BaseName(o.req.GetFileName()))
	e := &pb.JournalEntry{
		Date: o.req.GetDate(), Description: "Opening balances", Reference: string(reference[:min(len(reference), maxReference)]),
		CurrencyCode: o.currency, ExchangeRate: o.req.GetExchangeRate(), Source: pb.JournalEntry_OPENING_BALANCE_IMPORT,
	}
	for _, r := range o.rows {
		e.Lines = append(e.Lines, r.line(o.currency))
	}
	if o.debits == o.credits {
		return e, nil
	}
	account, err := FindAccountBySubtype(ctx, tx, pb.Account_OPENING_BALANCE)
	if err != nil {
		return nil, err
	}
	if account == nil {
		return nil, fault.Refuse(optionsv1.Reason_OPENING_BALANCE_ACCOUNT_MISSING, "The chart has no account of subtype OPENING_BALANCE; add one.")
	}
	o.answer.Difference = money.ToProto(o.credits-o.debits, o.currency)
	e.Lines = append(e.Lines, &pb.JournalLine{AccountId: account.Id, Amount: &typepb.Money{Amount: o.answer.Difference.Amount, CurrencyCode: o.currency}, Memo: "Difference of the trial balance"})
	return e, nil
}

// maxReference is the longest reference of an entry, in characters.
const maxReference = 100

// inFile says of rows what posting says of the entry's lines.
func (o *opening) inFile(err error) error {
	var e *fault.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	if e.Reason == optionsv1.Reason_EXCHANGE_RATE_MISSING {
		return fault.InvalidFor(e.Reason, fault.At("exchangeRate", "is missing, and none of %s is kept for the date", o.currency))
	}
	fields := make([]fault.Field, len(e.Fields))
	for i, f := range e.Fields {
		fields[i] = f
		if f.Path == "lines" {
			fields[i].Path = "content"
		}
		var n int
		if _, scanned := fmt.Sscanf(f.Path, "lines[%d]", &n); scanned == nil && n < len(o.rows) {
			_, field, _ := strings.Cut(f.Path, ".")
			fields[i] = fault.At("content", "line %d: %s %s", o.rows[n].balance.Line, field, f.Message)
		}
	}
	return fault.InvalidFor(e.Reason, fields...)
}
