package reports

import (
	"context"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/paper"
)

func realizedGainsTable(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
	t := paper.Table{Columns: tableColumns("Description Date Currency", "Gain")}
	selection, err := s.linesColumn(ctx, q)
	if err != nil {
		return t, err
	}
	t.Subtitle = selection.start.String() + " to " + selection.end.String()
	r, err := s.realizedGains(ctx, selection, maxFileLines)
	if err != nil {
		return t, err
	}
	if r.Truncated {
		return t, tooLarge()
	}
	for _, g := range r.Gains {
		t.Rows = append(t.Rows, paper.Row{
			Cells: []string{g.Description, g.Date, g.CurrencyCode, g.GetGain().GetAmount()},
		})
	}
	t.Rows = append(t.Rows, paper.Row{Cells: []string{"Total", "", "", r.GetTotal().GetAmount()}, Total: true})
	return t, nil
}

func unrealizedGainsTable(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
	t := paper.Table{
		Columns: tableColumns("Account Currency", "Balance", "Exchange rate", "Book value", "Market value", "Gain"),
	}
	r, err := s.GetUnrealizedGains(ctx, &pb.GetUnrealizedGainsRequest{AsOf: q.AsOf})
	if err != nil {
		return t, err
	}
	names, err := db.Read(ctx, s.db, accountNames)
	if err != nil {
		return t, err
	}
	t.Subtitle = "As of " + r.AsOf
	for _, v := range r.Valuations {
		t.Rows = append(t.Rows, paper.Row{Cells: []string{
			names[v.AccountId], v.GetBalance().GetCurrencyCode(), v.GetBalance().GetAmount(), v.ExchangeRate,
			v.GetBookValue().GetAmount(), v.GetMarketValue().GetAmount(), v.GetGain().GetAmount(),
		}})
	}
	t.Rows = append(t.Rows, paper.Row{
		Cells: []string{"Total", "", "", "", "", "", r.GetTotal().GetAmount()}, Total: true,
	})
	return t, nil
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
