package reports

import (
	"context"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/reports/presentation"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

func readTrialBalance(
	ctx context.Context, s *Service, l presentation.Layout, q *pb.DownloadReportRequest,
) (document, error) {
	r, err := s.GetTrialBalance(ctx, &pb.GetTrialBalanceRequest{
		AsOf: q.AsOf, Compare: q.Compare, CompareCount: q.CompareCount, DimensionValueIds: q.DimensionValueIds,
		ColumnDimensionId: q.ColumnDimensionId, KnownAt: q.KnownAt, CurrencyCode: q.CurrencyCode, StartDate: q.StartDate,
		Basis: q.Basis,
	})
	return document{l.TrialBalance(r), q.GetStartDate(), r.GetAsOf()}, err
}

func readAccountBalances(
	ctx context.Context, s *Service, l presentation.Layout, q *pb.DownloadReportRequest,
) (document, error) {
	r, err := s.GetAccountBalances(ctx, &pb.GetAccountBalancesRequest{
		AsOf: q.AsOf, DimensionValueIds: q.DimensionValueIds, KnownAt: q.KnownAt,
	})
	return document{l.AccountBalances(r), "", r.GetAsOf()}, err
}

func readProfitAndLoss(
	ctx context.Context, s *Service, l presentation.Layout, q *pb.DownloadReportRequest,
) (document, error) {
	r, err := s.GetProfitAndLoss(ctx, &pb.GetProfitAndLossRequest{
		StartDate: q.StartDate, EndDate: q.EndDate, Compare: q.Compare, CompareCount: q.CompareCount,
		DimensionValueIds: q.DimensionValueIds, ColumnDimensionId: q.ColumnDimensionId, KnownAt: q.KnownAt,
		CurrencyCode: q.CurrencyCode, PercentOfRevenue: q.PercentOfRevenue, YearToDate: q.YearToDate,
		Basis: q.Basis,
	})
	return document{l.Statement(r.GetColumns(), r.GetRows()), r.GetStartDate(), r.GetEndDate()}, err
}

func readBalanceSheet(
	ctx context.Context, s *Service, l presentation.Layout, q *pb.DownloadReportRequest,
) (document, error) {
	r, err := s.GetBalanceSheet(ctx, &pb.GetBalanceSheetRequest{
		AsOf: q.AsOf, Compare: q.Compare, CompareCount: q.CompareCount, DimensionValueIds: q.DimensionValueIds,
		ColumnDimensionId: q.ColumnDimensionId, KnownAt: q.KnownAt, CurrencyCode: q.CurrencyCode, Basis: q.Basis,
	})
	return document{l.BalanceSheet(r), "", r.GetAsOf()}, err
}

func readCashFlow(
	ctx context.Context, s *Service, l presentation.Layout, q *pb.DownloadReportRequest,
) (document, error) {
	r, err := s.GetCashFlowStatement(ctx, &pb.GetCashFlowStatementRequest{
		StartDate: q.StartDate, EndDate: q.EndDate, Compare: q.Compare, CompareCount: q.CompareCount, Method: q.Method,
		KnownAt: q.KnownAt, CurrencyCode: q.CurrencyCode,
	})
	return document{l.CashFlow(r), r.GetStartDate(), r.GetEndDate()}, err
}

func readProfitVersusCash(
	ctx context.Context, s *Service, l presentation.Layout, q *pb.DownloadReportRequest,
) (document, error) {
	r, err := s.GetProfitVersusCash(ctx, &pb.GetProfitVersusCashRequest{
		StartDate: q.StartDate, EndDate: q.EndDate, Compare: q.Compare, CompareCount: q.CompareCount,
		KnownAt: q.KnownAt, CurrencyCode: q.CurrencyCode,
	})
	return document{l.Statement(r.GetColumns(), r.GetRows()), r.GetStartDate(), r.GetEndDate()}, err
}

// readLedger reads the whole general ledger in one snapshot.
func readLedger(
	ctx context.Context, s *Service, l presentation.Layout, q *pb.DownloadReportRequest,
) (document, error) {
	selection, err := s.linesColumn(ctx, q)
	if err != nil {
		return document{}, err
	}
	accounts, err := ledgerAccounts(q)
	if err != nil {
		return document{}, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (document, error) {
		g := newGeneralLedger(q, selection, maxFileLines)
		if err := g.read(ctx, tx, accounts, nil); err != nil {
			return document{}, err
		}
		if g.next != nil {
			return document{}, tooLarge()
		}
		t, err := l.GeneralLedger(g.lines, fault.SumOutOfRange())
		return document{t, selection.start.String(), selection.end.String()}, err
	})
}

// readJournal reads the whole journal in one snapshot.
func readJournal(
	ctx context.Context, s *Service, _ presentation.Layout, q *pb.DownloadReportRequest,
) (document, error) {
	selection, err := s.linesColumn(ctx, q)
	if err != nil {
		return document{}, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (document, error) {
		out := document{presentation.NewJournal(), selection.start.String(), selection.end.String()}
		var debits int64
		for from := (&cursor{Date: "-infinity"}); from != nil; {
			page, err := journalPage(ctx, tx, selection, *from, resource.MaxPageSize)
			if err != nil {
				return out, err
			}
			for _, e := range page.entries {
				presentation.AddJournalEntry(&out.Table, e)
			}
			if len(out.Rows) > maxFileLines {
				return out, tooLarge()
			}
			if debits += page.debits; debits < 0 {
				return out, fault.SumOutOfRange()
			}
			from = page.next
		}
		presentation.AddJournalTotal(&out.Table, money.Format(debits, tx.Call().Organization.CurrencyCode))
		return out, nil
	})
}

func readRealizedGains(
	ctx context.Context, s *Service, l presentation.Layout, q *pb.DownloadReportRequest,
) (document, error) {
	selection, err := s.linesColumn(ctx, q)
	if err != nil {
		return document{}, err
	}
	r, err := s.realizedGains(ctx, selection, maxFileLines)
	if err == nil && r.Truncated {
		err = tooLarge()
	}
	return document{l.RealizedGains(r), selection.start.String(), selection.end.String()}, err
}

func readUnrealizedGains(
	ctx context.Context, s *Service, l presentation.Layout, q *pb.DownloadReportRequest,
) (document, error) {
	r, err := s.GetUnrealizedGains(ctx, &pb.GetUnrealizedGainsRequest{AsOf: q.AsOf})
	if err != nil {
		return document{}, err
	}
	names, err := db.Read(ctx, s.db, accountNames)
	return document{l.UnrealizedGains(r, names), "", r.GetAsOf()}, err
}

// accountNames returns the code and name of each account by ID.
func accountNames(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	type account struct {
		ID                uuid.UUID
		Code, DisplayName string
	}
	list, err := db.Collect[account](ctx, tx, `
select id, code, display_name
from finance.accounts
where org_id = $1`, tx.Call().Organization.ID)
	names := map[string]string{}
	for _, a := range list {
		names[id.Format("acc", a.ID)] = strings.TrimSpace(a.Code + " " + a.DisplayName)
	}
	return names, err
}

func readChanges(
	ctx context.Context, s *Service, l presentation.Layout, q *pb.DownloadReportRequest,
) (document, error) {
	r, err := s.changesSinceClose(ctx, q, maxFileLines)
	if err == nil && r.Truncated {
		err = tooLarge()
	}
	return document{l.ChangesSinceClose(r, call.From(ctx).Organization.Zone), r.GetStartDate(), r.GetEndDate()}, err
}
