package salesreports

import (
	"context"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/reports/comparison"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/paper"
)

// layout is how reports are laid out.
type layout struct {
	locale paper.Locale
	// base is the organization's currency.
	base string
}

func textColumns(labels ...string) (out []paper.Column) { return columnsOf(paper.Text, labels) }

func amountColumns(labels ...string) (out []paper.Column) { return columnsOf(paper.Amount, labels) }

func columnsOf(kind paper.ColumnKind, labels []string) (out []paper.Column) {
	for _, label := range labels {
		out = append(out, paper.Column{Label: label, Kind: kind})
	}
	return out
}

// cells returns amounts as cells.
func cells(amounts ...*typepb.Money) (out []string) {
	for _, a := range amounts {
		out = append(out, a.GetAmount())
	}
	return out
}

// date returns a date as it is written in the label of a column.
func (l layout) date(text string) string {
	d, err := calendar.ParseDate(text)
	if err != nil {
		return text
	}
	return l.locale.ShortDate(d)
}

// period returns a period as it is written in a label.
func (l layout) period(start, end string) string {
	first, err := calendar.ParseDate(start)
	if err != nil {
		return start
	}
	last, err := calendar.ParseDate(end)
	if err != nil {
		return end
	}
	return l.locale.PeriodLabel(first, last)
}

func readAged(
	ctx context.Context, s *Service, l layout, q *pb.DownloadSalesReportRequest,
) (document, error) {
	r, err := s.GetAgedReceivables(ctx, &pb.GetAgedReceivablesRequest{AsOf: q.AsOf, BucketDays: q.BucketDays,
		KnownAt: q.KnownAt, CustomerId: q.CustomerId, Compare: q.Compare, CompareCount: q.CompareCount,
		IncludeDocuments: q.IncludeDocuments})
	return document{Table: l.aged(r, q.GetIncludeDocuments()), end: r.GetAsOf()}, err
}

// aged lays out aged receivables: what is owed by age, the total, the credits that are not applied,
// and the totals of the days with which it is compared.
func (l layout) aged(r *pb.AgedReceivables, itemized bool) paper.Table {
	labels := []string{}
	for _, b := range r.GetBuckets() {
		labels = append(labels, bucketLabel(b))
	}
	labels = append(labels, "Total", "Credit")
	for n := range r.GetComparisons() {
		labels = append(labels, "Total "+l.date(r.Columns[n].AsOf))
	}
	t := paper.Table{Columns: append(textColumns("Customer"), amountColumns(labels...)...),
		Empty: "Customers owe nothing on this day."}
	if itemized {
		t.Columns = slices.Concat([]paper.Column{{Label: "Customer", Group: true}}, textColumns("Document"),
			columnsOf(paper.Date, []string{"Date", "Due"}), amountColumns(labels...))
	}
	figures := func(amounts []*typepb.Money, total, credit *typepb.Money, others []*pb.AgedReceivables_Figures) []string {
		out := append(cells(amounts...), cells(total, credit)...)
		for _, other := range others {
			out = append(out, other.GetTotal().GetAmount())
		}
		return out
	}
	var totals []int
	for n, row := range r.GetRows() {
		shown := figures(row.Amounts, row.Total, row.Credit, row.Comparisons)
		totals = append(totals, len(t.Rows))
		if !itemized {
			t.AddEntry(0, append([]string{row.CustomerName}, shown...)...)
			continue
		}
		l.addDocuments(&t, n, row, len(labels))
		totals[n] = len(t.Rows)
		t.Rows = append(t.Rows, paper.Row{Group: n, Kind: paper.Subtotal,
			Cells: append([]string{row.CustomerName, "Total", "", ""}, shown...)})
	}
	if len(t.Rows) > 0 {
		head := []string{"Total"}
		if itemized {
			head = []string{"", "Total", "", ""}
		}
		t.Rows = append(t.Rows, paper.Row{Group: len(r.Rows), Kind: paper.Total, Adds: totals,
			Cells: append(head, figures(r.Totals, r.Total, r.Credit, r.Comparisons)...)})
	}
	return t
}

// addDocuments adds the documents and credits of a customer, each with its amount in the column of
// its age.
func (l layout) addDocuments(t *paper.Table, group int, row *pb.AgedReceivables_Row, columns int) {
	add := func(number, date, due string, at int, amount *typepb.Money) {
		shown := make([]string, columns)
		shown[at] = amount.GetAmount()
		t.Rows = append(t.Rows, paper.Row{Group: group,
			Cells: append([]string{row.CustomerName, number, date, due}, shown...)})
	}
	for _, d := range row.Documents {
		add(d.Number, d.Date, d.DueDate, int(d.BucketIndex), d.OpenBaseAmount)
	}
	for _, c := range row.Credits {
		add(c.Number, c.Date, "", len(row.Amounts)+1, c.OpenBaseAmount)
	}
}

func readSales(
	ctx context.Context, s *Service, l layout, q *pb.DownloadSalesReportRequest,
) (document, error) {
	r, err := s.GetSalesReport(ctx, &pb.GetSalesReportRequest{StartDate: q.StartDate, EndDate: q.EndDate,
		GroupBy: q.GroupBy, DimensionId: q.DimensionId, Compare: q.Compare, CompareCount: q.CompareCount, Basis: q.Basis,
		DimensionValueIds: q.DimensionValueIds, CustomerId: q.CustomerId, KnownAt: q.KnownAt})
	return document{Table: l.sales(r), start: r.GetStartDate(), end: r.GetEndDate(),
		isCash: r.GetBasis() == pb.AccountingBasis_CASH}, err
}

// groupLabels are the labels of what the rows of sales stand for.
var groupLabels = map[pb.SalesReport_GroupBy]string{
	pb.SalesReport_CUSTOMER: "Customer", pb.SalesReport_ITEM: "Item", pb.SalesReport_DIMENSION: "Value",
	pb.SalesReport_ACCOUNT: "Account", pb.SalesReport_MONTH: "Month",
}

// salesLabels returns the labels of the amounts of sales.
func (l layout) salesLabels(columns []*pb.ReportColumn) (labels []string) {
	if len(columns) <= 1 {
		return []string{"Invoiced", "Credited", "Discounts", "Other", "Net Sales"}
	}
	for _, c := range columns {
		label := l.period(c.StartDate, c.EndDate)
		if c.Label == comparison.TotalLabel {
			label = c.Label
		}
		labels = append(labels, label)
	}
	return labels
}

// sales lays out sales: what net sales consist of, or net sales side by side in a comparison.
func (l layout) sales(r *pb.SalesReport) paper.Table {
	isCompared := len(r.GetColumns()) > 1
	labels := l.salesLabels(r.GetColumns())
	hasQuantity := r.GetGroupBy() == pb.SalesReport_ITEM && r.GetBasis() != pb.AccountingBasis_CASH
	t := paper.Table{Columns: append(textColumns(groupLabels[r.GetGroupBy()]), amountColumns(labels...)...),
		Empty: "No sales in this period."}
	if hasQuantity {
		t.Columns = slices.Insert(t.Columns, 1, paper.Column{Label: "Quantity", Kind: paper.Amount})
	}
	add := func(kind paper.RowKind, label, quantity string, amounts []string, adds []int) {
		shown := []string{label}
		if hasQuantity {
			shown = append(shown, quantity)
		}
		t.Rows = append(t.Rows, paper.Row{Kind: kind, Cells: append(shown, amounts...), Adds: adds})
	}
	var adds []int
	for n, row := range r.GetRows() {
		amounts := cells(row.Amounts...)
		if !isCompared {
			amounts = cells(row.Invoiced, row.Credited, row.Discounts, row.Other, row.Amounts[0])
		}
		quantity := ""
		if hasQuantity {
			quantity = row.Quantities[len(row.Quantities)-1]
		}
		add(paper.Entry, row.Label, quantity, amounts, nil)
		adds = append(adds, n)
	}
	if len(t.Rows) > 0 {
		amounts := cells(r.Totals...)
		if !isCompared {
			amounts = cells(r.Invoiced, r.Credited, r.Discounts, r.Other, r.Total)
		}
		add(paper.Total, "Total", "", amounts, adds)
	}
	return t
}
