package banking

import (
	"fmt"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/money"
)

// report copies the findings into the import and clears the fields that only a request has. The
// file's content is stored separately.
func (f *importPlan) report(i *pb.StatementImport) {
	i.Content, i.Feed, i.SkipInvalidRows, i.DateOrder = nil, nil, false, pb.DateOrder_DATE_ORDER_UNSPECIFIED
	i.Warnings = f.warnings
	i.RowCount = int32(len(f.rows))
	for _, r := range f.rows {
		switch r.outcome {
		case pb.StatementImport_Row_NEW:
			i.NewCount++
		case pb.StatementImport_Row_DUPLICATE:
			i.DuplicateCount++
		case pb.StatementImport_Row_INVALID:
			i.InvalidCount++
		}
	}
	for _, s := range f.statements {
		i.Statements = append(i.Statements, f.summary(s))
	}
	if last := f.closingBalance(); last != nil {
		i.ClosingBalance, i.BalanceDate = money.ToProto(last.Amount, f.currency), dateText(last.Date)
	}
}

// summary returns the statement as the import reports it.
func (f *importPlan) summary(s statement.Statement) *pb.StatementImport_Statement {
	out := &pb.StatementImport_Statement{
		AccountNumber: s.AccountNumber, StartDate: dateText(s.From), EndDate: dateText(s.To),
		Information: s.Information,
	}
	if b := s.LedgerBalance; b != nil {
		out.ClosingBalance, out.BalanceDate = money.ToProto(b.Amount, f.currency), dateText(b.Date)
	}
	if b := s.OpeningBalance; b != nil {
		out.OpeningBalance = money.ToProto(b.Amount, f.currency)
	}
	if b := s.AvailableBalance; b != nil {
		out.AvailableBalance = money.ToProto(b.Amount, f.currency)
	}
	return out
}

// dateText returns a date as text, or "" if it is not set.
func dateText(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// warnOfSums warns of statements whose opening balance plus lines differs from their closing
// balance.
func (f *importPlan) warnOfSums() {
	for _, s := range f.statements {
		if s.OpeningBalance != nil && s.LedgerBalance != nil && !s.AddsUp() {
			f.warn("The statement does not add up: its opening balance plus lines is %s, but its closing balance is %s.",
				f.format(s.ComputeClosing()), f.format(decimal.New(s.LedgerBalance.Amount, 0)))
		}
	}
}

// warnOfUnusualDates warns of lines whose dates a person would have to confirm. They are a sign of
// a wrong order of day and month, or of a wrong file.
func (f *importPlan) warnOfUnusualDates(c *call.Call) {
	unusual := 0
	for _, l := range f.lines {
		if !ledger.IsPlausibleDate(c, l.Date) {
			unusual++
		}
	}
	if unusual > 0 {
		f.warnings = append(
			f.warnings,
			fmt.Sprintf(
				"Lines dated more than a year ahead or more than ten years ago: %d. Check the order of day, month and year.",
				unusual,
			),
		)
	}
}

// closingBalance returns the latest closing balance of the file, or nil.
func (f *importPlan) closingBalance() (last *statement.Balance) {
	for _, s := range f.statements {
		if b := s.LedgerBalance; b != nil && (last == nil || !b.Date.Before(last.Date)) {
			last = b
		}
	}
	return last
}

// warn adds a warning.
func (f *importPlan) warn(format string, args ...any) {
	f.warnings = append(f.warnings, fmt.Sprintf(format, args...))
}

// format returns a sum of minor units as an amount of the account's currency.
func (f *importPlan) format(minor decimal.Decimal) string {
	digits, _ := money.Digits(f.currency)
	return minor.Shift(-int32(digits)).StringFixed(int32(digits))
}
