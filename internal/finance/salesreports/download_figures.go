package salesreports

import (
	"context"
	"fmt"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/paper"
)

// counted are a number of documents and their amounts.
type counted interface {
	GetCount() int32
	GetAmounts() []*typepb.Money
	GetBaseAmount() *typepb.Money
}

// figureTable lays out figures with a column for each currency, and one for the sum in the
// organization's currency if there are others.
type figureTable struct {
	paper.Table
	currencies []string
	hasOthers  bool
}

// newFigureTable returns a table for figures. all are the amounts that it will contain.
func (l layout) newFigureTable(label, empty string, all ...counted) *figureTable {
	t := &figureTable{}
	for _, f := range all {
		for _, a := range f.GetAmounts() {
			if !slices.Contains(t.currencies, a.CurrencyCode) {
				t.currencies = append(t.currencies, a.CurrencyCode)
			}
		}
	}
	slices.Sort(t.currencies)
	if len(t.currencies) == 0 {
		t.currencies = []string{l.base}
	}
	t.hasOthers = len(t.currencies) > 1 || t.currencies[0] != l.base
	t.Columns = append(textColumns(label, "Number"), amountColumns(t.currencies...)...)
	if t.hasOthers {
		t.Columns = append(t.Columns, amountColumns("Total in "+l.base)...)
	}
	t.Empty = empty
	return t
}

// add adds a row.
func (t *figureTable) add(kind paper.RowKind, level int, label string, f counted) {
	row := []string{label, fmt.Sprint(f.GetCount())}
	for _, currency := range t.currencies {
		at := slices.IndexFunc(f.GetAmounts(), func(a *typepb.Money) bool { return a.CurrencyCode == currency })
		if at < 0 {
			row = append(row, "")
			continue
		}
		row = append(row, f.GetAmounts()[at].Amount)
	}
	if t.hasOthers {
		row = append(row, f.GetBaseAmount().GetAmount())
	}
	t.Rows = append(t.Rows, paper.Row{Kind: kind, Level: level, Cells: row})
}

func readForecast(
	ctx context.Context, s *Service, l layout, q *pb.DownloadSalesReportRequest,
) (document, error) {
	r, err := s.GetReceiptForecast(ctx, &pb.GetReceiptForecastRequest{AsOf: q.AsOf, CustomerId: q.CustomerId,
		Interval: q.Interval, ShiftByHabit: q.ShiftByHabit})
	if err != nil {
		return document{}, err
	}
	t := l.newFigureTable("Expected", "Customers owe nothing on this day.", r.Total)
	if r.Total.Count > 0 {
		t.add(paper.Entry, 0, "Overdue", r.Overdue)
		for _, p := range r.Periods {
			t.add(paper.Entry, 0, l.period(p.StartDate, p.EndDate), p.Expected)
		}
		if r.Later.Count > 0 {
			t.add(paper.Entry, 0, "Later", r.Later)
		}
		t.add(paper.Total, 0, "Total", r.Total)
	}
	return document{Table: t.Table, end: r.AsOf}, nil
}

func readSummary(
	ctx context.Context, s *Service, l layout, q *pb.DownloadSalesReportRequest,
) (document, error) {
	r, err := s.GetInvoiceSummary(ctx, &pb.GetInvoiceSummaryRequest{AsOf: q.AsOf, CustomerId: q.CustomerId})
	if err != nil {
		return document{}, err
	}
	all := []counted{r.Draft, r.Open}
	for _, m := range r.Months {
		all = append(all, m.Issued, m.Paid)
	}
	t := l.newFigureTable("Invoices", "No invoices.", all...)
	t.add(paper.Entry, 0, "Drafts", r.Draft)
	t.add(paper.Entry, 0, "Open", r.Open)
	t.add(paper.Entry, 0, "Overdue", r.Overdue)
	t.AddHeading(0, "Issued")
	for _, m := range r.Months {
		t.add(paper.Entry, 1, l.period(m.StartDate, m.EndDate), m.Issued)
	}
	t.AddHeading(0, "Paid")
	for _, m := range r.Months {
		t.add(paper.Entry, 1, l.period(m.StartDate, m.EndDate), m.Paid)
	}
	return document{Table: t.Table, end: r.AsOf}, nil
}
