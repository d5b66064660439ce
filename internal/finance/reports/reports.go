// Package reports owns the statements of the books: trial balance, profit and loss,
// balance sheet. It promises that all of them are made from one query, that their
// totals are the sums of their rows, and that each row of an account says which
// posted lines it is the sum of. It stores nothing; what is booked is left to ledger.
package reports

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// Service implements ReportsService.
type Service struct {
	pb.UnimplementedReportsServiceServer
	db *db.DB
}

var _ pb.ReportsServiceServer = (*Service)(nil)

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// GetTrialBalance answers the balances of all accounts at the end of a day.
func (s *Service) GetTrialBalance(ctx context.Context, req *pb.GetTrialBalanceRequest) (*pb.TrialBalance, error) {
	c := call.From(ctx)
	var violations fault.List
	asOf := date(&violations, "asOf", req.GetAsOf(), c.Today())
	if err := violations.Err(); err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.TrialBalance, error) {
		upTo := period{end: asOf}
		all, err := balances(ctx, tx, upTo)
		return trialBalance(c.Organization.CurrencyCode, upTo, all), err
	})
}

// GetProfitAndLoss answers what was earned and spent in a period.
func (s *Service) GetProfitAndLoss(ctx context.Context, req *pb.GetProfitAndLossRequest) (*pb.ProfitAndLoss, error) {
	c := call.From(ctx)
	p, err := periodOf(c, req)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ProfitAndLoss, error) {
		all, err := balances(ctx, tx, p)
		return profitAndLoss(c.Organization.CurrencyCode, p, all), err
	})
}

// GetBalanceSheet answers what the organization owns and owes at the end of a day.
func (s *Service) GetBalanceSheet(ctx context.Context, req *pb.GetBalanceSheetRequest) (*pb.BalanceSheet, error) {
	c := call.From(ctx)
	var violations fault.List
	asOf := date(&violations, "asOf", req.GetAsOf(), c.Today())
	if err := violations.Err(); err != nil {
		return nil, err
	}
	firstDay, _ := calendar.FiscalYear(asOf, c.Organization.FiscalYearStart)
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BalanceSheet, error) {
		upTo := period{end: asOf}
		all, err := balances(ctx, tx, upTo)
		if err != nil {
			return nil, err
		}
		thisYear, err := balances(ctx, tx, period{start: firstDay, end: asOf})
		return balanceSheet(c.Organization.CurrencyCode, upTo, all, thisYear), err
	})
}

// periodOf reads the period that a request names: by default the fiscal year so far.
func periodOf(c *call.Call, req *pb.GetProfitAndLossRequest) (period, error) {
	var violations fault.List
	end := date(&violations, "endDate", req.GetEndDate(), c.Today())
	firstDay, _ := calendar.FiscalYear(end, c.Organization.FiscalYearStart)
	start := date(&violations, "startDate", req.GetStartDate(), firstDay)
	if violations.Err() == nil && start.After(end) {
		violations.Append(fault.At("startDate", "must not be after the end, %s", end))
	}
	return period{start: start, end: end, operating: true}, violations.Err()
}

// date reads a date, or takes the one to use when none is given.
func date(violations *fault.List, field, text string, absent calendar.Date) calendar.Date {
	if text == "" {
		return absent
	}
	d, err := calendar.ParseDate(text)
	if err != nil {
		violations.Append(fault.At(field, "must be a date such as \"2026-11-21\""))
		return absent
	}
	return d
}
