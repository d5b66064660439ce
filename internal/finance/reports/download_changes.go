package reports

import (
	"context"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper"
)

// isZeroAmount reports whether an amount of a report is zero.
func isZeroAmount(a *typepb.Money) bool {
	minor, _ := money.Parse(a.Amount, a.CurrencyCode)
	return minor == 0
}

// changesTable lists the entries posted since the close, and below them their effect on each account.
func changesTable(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
	t := paper.Table{Columns: tableColumns("Description Date Posted By Reason", "Debit", "Credit")}
	r, err := s.changesSinceClose(ctx, q, maxFileLines)
	if err != nil {
		return t, err
	}
	if r.Truncated {
		return t, tooLarge()
	}
	t.Subtitle = r.StartDate + " to " + r.EndDate
	zone := call.From(ctx).Organization.Zone
	for _, e := range r.Entries {
		reason := e.LockExceptionReason
		switch e.Kind {
		case pb.ChangesSinceClose_Entry_AFTER_REOPENING:
			reason = "After reopening"
		case pb.ChangesSinceClose_Entry_YEAR_END:
			reason = "Year-end"
		}
		amount := e.Amount.Amount
		t.Rows = append(t.Rows, paper.Row{Cells: []string{
			e.Description, e.Date, e.PostTime.AsTime().In(zone).Format("2006-01-02"), e.PostedByDisplayName, reason,
			amount, amount,
		}})
	}
	t.Rows = append(t.Rows, paper.Row{
		Cells: []string{"Effect on accounts, without year-end entries", "", "", "", "", "", ""}, Total: true,
	})
	for _, e := range r.Effects {
		if isZeroAmount(e.Debit) && isZeroAmount(e.Credit) {
			continue // year-end entries only
		}
		t.Rows = append(t.Rows, paper.Row{Level: 1, Cells: []string{
			strings.TrimSpace(e.AccountCode + " " + e.AccountDisplayName), "", "", "", "", e.Debit.Amount, e.Credit.Amount,
		}})
	}
	t.Rows = append(t.Rows, paper.Row{
		Cells: []string{"Change of net income", "", "", "", "", "", r.NetIncomeChange.Amount}, Total: true,
	})
	return t, nil
}
