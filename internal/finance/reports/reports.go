// Package reports computes the financial reports: trial balance, account balances, profit and
// loss, balance sheet, cash flow, profit versus cash, general ledger, journal and exchange
// gains. It returns them as messages, files and charts. All balances in the base currency come
// from one query, totals are the sums of their rows, and each account row carries the filter
// that lists its posted lines. The package stores nothing. Posting, and the rollups that keep
// sums fast, belong to ledger; drawing files and charts belongs to paper.
package reports

import (
	"context"
	"slices"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/rpc"
)

// Service implements ReportsService.
type Service struct {
	pb.UnsafeReportsServiceServer
	db *db.DB
}

// New creates a Service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module returns the reports capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "reports",
		Needs: []string{"ledger"},
		Services: []rpc.Service{rpc.NewService[pb.ReportsServiceServer](New(p.DB),
			pb.RegisterReportsServiceServer, pb.NewReportsServiceClient, pb.RegisterReportsServiceHandlerClient)},
		Grants: access.Grants{
			platformv1.ApiKey_BOOKKEEPER: {call.All: {"finance.reports.read"}},
			platformv1.ApiKey_PAYROLL:    {call.All: {"finance.reports.read"}},
		},
	}
}

// LedgerHooks returns the hooks that the ledger calls in reports.
func LedgerHooks() ledger.Hooks {
	return ledger.Hooks{IntegrityChecks: []ledger.IntegrityCheck{checkStatements}}
}

// GetTrialBalance returns the balances of all accounts at the end of a day.
func (s *Service) GetTrialBalance(ctx context.Context, req *pb.GetTrialBalanceRequest) (*pb.TrialBalance, error) {
	spec, err := s.trialSpec(ctx, req)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.TrialBalance, error) {
		st, err := spec.statement(ctx, tx)
		if err != nil || req.GetStartDate() == "" || req.GetBasis() == pb.AccountingBasis_CASH {
			return trialBalance(st, nil), err
		}
		turnover, err := st.turnover(ctx, tx, st.columns[1])
		return trialBalance(st, turnover), err
	})
}

// GetProfitAndLoss returns the income and expenses of a period.
func (s *Service) GetProfitAndLoss(ctx context.Context, req *pb.GetProfitAndLossRequest) (*pb.ProfitAndLoss, error) {
	spec, err := s.periodSpec(ctx, req)
	if err != nil {
		return nil, err
	}
	spec.yearToDate = req.GetYearToDate()
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ProfitAndLoss, error) {
		st, err := spec.statement(ctx, tx)
		if err != nil {
			return nil, err
		}
		out := profitAndLoss(st)
		if req.GetPercentOfRevenue() {
			addPercentages(out.Rows, st.sum(credit, balance.isSales))
		}
		return out, nil
	})
}

// GetBalanceSheet returns assets, liabilities and equity at the end of a day.
func (s *Service) GetBalanceSheet(ctx context.Context, req *pb.GetBalanceSheetRequest) (*pb.BalanceSheet, error) {
	spec, err := s.dateSpec(ctx, req)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BalanceSheet, error) {
		st, err := spec.statement(ctx, tx)
		if err != nil {
			return nil, err
		}
		years, err := readFiscalYears(ctx, tx)
		if err != nil {
			return nil, err
		}
		columns := slices.Clone(st.columns)
		for i, c := range columns {
			columns[i].start = years.containing(c.end).start
		}
		thisYear, err := spec.read(ctx, tx, columns)
		if err != nil {
			return nil, err
		}
		parts, err := st.readCurrentParts(ctx, tx)
		if err != nil {
			return nil, err
		}
		return balanceSheet(st, thisYear.earnings(), parts), nil
	})
}
