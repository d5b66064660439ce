package demo

import (
	"context"
	"net/url"

	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// statementReport is a report with columns and rows.
type statementReport interface {
	proto.Message
	GetColumns() []*financev1.ReportColumn
	GetRows() []*financev1.ReportRow
}

// showStatements shows the financial statements of the second year next to the first.
func (s *studio) showStatements(ctx context.Context) error {
	second, last := s.first.AddMonths(yearMonths).String(), s.lastDay()
	both := url.Values{"startDate": {second}, "endDate": {last}, "compare": {"PREVIOUS_YEAR"}}
	at := url.Values{"asOf": {last}, "compare": {"PREVIOUS_YEAR"}}
	byKind := url.Values{"startDate": {second}, "endDate": {last}, "columnDimensionId": {s.dimension.GetId()}}
	for _, r := range []struct {
		title, path string
		query       url.Values
		into        statementReport
	}{
		{"Profit and loss of both years", "profitAndLoss", both, &financev1.ProfitAndLoss{}},
		{"Profit and loss of the second year by kind of work", "profitAndLoss", byKind, &financev1.ProfitAndLoss{}},
		{"Balance sheet at the end of both years", "balanceSheet", at, &financev1.BalanceSheet{}},
		{"Cash flow of both years", "cashFlowStatement", both, &financev1.CashFlowStatement{}},
		{"Profit versus cash", "profitVersusCash", both, &financev1.ProfitVersusCash{}},
	} {
		if err := s.api.get(ctx, "/v1/reports/"+r.path+"?"+r.query.Encode(), r.into); err != nil {
			return err
		}
		t := table{title: r.title + ", in " + currency}
		for _, c := range r.into.GetColumns() {
			t.columns = append(t.columns, c.GetLabel())
		}
		t.addRows(r.into.GetRows(), 0)
		s.addLine("\n%s", t.text())
	}
	return nil
}

// lastDay returns the last day of the second year.
func (s *studio) lastDay() string { return s.today.FirstOfMonth().AddDays(-1).String() }

// reportReconciliations shows the statement and book balances of each account at the end of
// each month.
func (s *studio) reportReconciliations(ctx context.Context) error {
	page := &financev1.ListReconciliationsResponse{}
	if err := s.api.get(ctx, "/v1/reconciliations?orderBy=statement_date&pageSize=100", page); err != nil {
		return err
	}
	t := table{
		title:   "Bank and book balances, in " + currency,
		columns: []string{"chequing", "books", "savings", "books", "difference"},
	}
	rows := map[string]tableRow{}
	for _, r := range page.GetReconciliations() {
		row, known := rows[r.GetStatementDate()]
		pair := []string{groupThousands(r.GetStatementBalance().GetAmount()), groupThousands(r.GetBookBalance().GetAmount())}
		if !known {
			rows[r.GetStatementDate()] = tableRow{r.GetStatementDate(), append(row.cells, pair...)}
			continue
		}
		t.rows = append(t.rows, tableRow{row.label, append(append(row.cells, pair...), r.GetDifference().GetAmount())})
	}
	s.addLine("\n%s", t.text())
	return nil
}
