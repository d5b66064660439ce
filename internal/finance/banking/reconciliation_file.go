package banking

import (
	"cmp"
	"context"
	"fmt"

	"google.golang.org/genproto/googleapis/api/httpbody"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/rpc"
)

// maxReportBytes is the maximum size of a file, which is what one response can carry.
const maxReportBytes = 4 << 20

// DownloadReconciliationReport returns the report of a reconciliation as a file.
func (s *Service) DownloadReconciliationReport(
	ctx context.Context, req *pb.DownloadReconciliationReportRequest,
) (*httpbody.HttpBody, error) {
	r, err := s.GetReconciliationReport(ctx, &pb.GetReconciliationReportRequest{
		ReconciliationId: req.GetReconciliationId(),
	})
	if err != nil {
		return nil, err
	}
	c := call.From(ctx)
	t := reconciliationTable(r, c)
	file, err := t.File(req.GetFormat().String())
	if err != nil {
		return nil, err
	}
	if len(file.Data) > maxReportBytes {
		return nil, fault.Refuse(optionsv1.Reason_FILE_TOO_LARGE,
			"The report exceeds the limit of %d MiB for a file.", maxReportBytes>>20).WithSubject(r.ReconciliationId)
	}
	rpc.SetFileName(ctx,
		rpc.FileName(t.Title, r.BankAccountDisplayName+", "+r.StatementDate, req.GetFormat().String()))
	return file, nil
}

// reconciliationTable returns a report as a table: the statement side, the books' side, and their
// difference.
func reconciliationTable(r *pb.ReconciliationReport, c *call.Call) paper.Table {
	locale := paper.NewLocale(c.Organization.RegionCode)
	t := reportTable{paper.Table{
		Issuer: paper.Issuer{Name: c.Organization.DisplayName}, Title: "Bank Reconciliation", Locale: locale,
		Notes:  []string{r.BankAccountDisplayName + ". Amounts in " + r.StatementBalance.CurrencyCode + "."},
		Footer: "Generated on " + locale.LongDate(c.Today()),
		Columns: []paper.Column{
			{Label: "Item"}, {Label: "Date", Kind: paper.Date}, {Label: "Reference"}, {Label: "Posted", Kind: paper.Date},
			{Label: "Amount", Kind: paper.Amount},
		},
	}}
	if d, err := calendar.ParseDate(r.StatementDate); err == nil {
		t.Period = locale.AsOf(d)
	}
	t.addBalance("Balance of the statement", r.StatementBalance, paper.Subtotal)
	t.addItems("Outstanding: in the books, not on the statement", r.OutstandingItems, r.Outstanding)
	t.addBalance("Adjusted balance of the statement", r.AdjustedStatementBalance, paper.Total)
	t.addBalance("Balance of the books", r.BookBalance, paper.Subtotal)
	t.addItems("Posted later: on the statement, not yet in the books", r.PostedLaterItems, r.PostedLater)
	if r.UndecidedCount > 0 {
		t.addItems("Undecided: on the statement, not in the books", r.UndecidedItems, r.UndecidedAmount)
		if more := int(r.UndecidedCount) - len(r.UndecidedItems); more > 0 {
			t.addNote(fmt.Sprintf("and %d more undecided lines", more), "", nil)
		}
	}
	t.addBalance("Adjusted balance of the books", r.AdjustedBookBalance, paper.Total)
	t.addBalance("Unexplained difference", r.UnexplainedDifference, paper.Total)
	if r.CompleteTime == nil {
		t.addNote("Not completed", "", nil)
		return t.Table
	}
	on := r.CompleteTime.AsTime().In(c.Organization.Zone).Format("2006-01-02")
	t.addNote("Completed by "+cmp.Or(r.CompletedByDisplayName, "a service"), on, nil)
	if minor, err := money.Parse(r.PostedSince.Amount, r.PostedSince.CurrencyCode); err == nil && minor != 0 {
		t.addNote("Posted to these days since then", "", r.PostedSince)
	}
	return t.Table
}

// reportTable is a table of items and balances.
type reportTable struct{ paper.Table }

func (t *reportTable) addBalance(label string, amount *typepb.Money, kind paper.RowKind) {
	t.Rows = append(t.Rows, paper.Row{Cells: []string{label, "", "", "", amount.Amount}, Kind: kind})
}

// addNote adds a row that is not part of the sums. amount may be nil.
func (t *reportTable) addNote(label, date string, amount *typepb.Money) {
	t.AddEntry(0, label, date, "", "", amount.GetAmount())
}

// addItems adds the items of a kind, and below them their total.
func (t *reportTable) addItems(label string, items []*pb.ReconciliationReport_Item, total *typepb.Money) {
	row := paper.Row{Cells: []string{label, "", "", "", total.GetAmount()}}
	if len(items) > 0 {
		t.AddHeading(0, label)
		row.Cells[0], row.Kind = "Total", paper.Subtotal
	}
	for _, i := range items {
		text := i.Description
		if i.CounterpartyName != "" && i.CounterpartyName != text {
			text = i.CounterpartyName
			if i.Description != "" {
				text += ": " + i.Description
			}
		}
		row.Adds = append(row.Adds, len(t.Rows))
		t.AddEntry(1, text, i.Date, i.Reference, i.PostingDate, i.Amount.Amount)
	}
	t.Rows = append(t.Rows, row)
}
