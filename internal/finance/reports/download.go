package reports

import (
	"context"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/reflect/protoreflect"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/paper"
)

// maxFileLines is how many lines of a general ledger a file holds.
const maxFileLines = 20_000

// download is how a report is made for a file: by its own method, of the fields it has.
type download struct {
	title  string
	fields []protoreflect.Name
	table  func(ctx context.Context, s *Service, req *pb.DownloadReportRequest) (paper.Table, error)
}

var (
	dated   = []protoreflect.Name{"as_of", "compare", "compare_count", "dimension_value_ids", "column_dimension_id", "known_at"}
	lasting = []protoreflect.Name{"start_date", "end_date", "compare", "compare_count", "dimension_value_ids", "column_dimension_id", "known_at"}
)

// downloadOf is how a report is made for a file.
func downloadOf(r pb.DownloadReportRequest_Report) download {
	switch r {
	case pb.DownloadReportRequest_TRIAL_BALANCE:
		return download{"Trial balance", dated, func(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
			r, err := s.GetTrialBalance(ctx, &pb.GetTrialBalanceRequest{
				AsOf: q.AsOf, Compare: q.Compare, CompareCount: q.CompareCount, DimensionValueIds: q.DimensionValueIds, ColumnDimensionId: q.ColumnDimensionId, KnownAt: q.KnownAt,
			})
			return tableOf("As of "+r.GetAsOf(), r.GetColumns(), r.GetRows()), err
		}}
	case pb.DownloadReportRequest_PROFIT_AND_LOSS:
		return download{"Profit and loss", lasting, func(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
			r, err := s.GetProfitAndLoss(ctx, &pb.GetProfitAndLossRequest{
				StartDate: q.StartDate, EndDate: q.EndDate, Compare: q.Compare, CompareCount: q.CompareCount, DimensionValueIds: q.DimensionValueIds,
				ColumnDimensionId: q.ColumnDimensionId, KnownAt: q.KnownAt,
			})
			return tableOf(r.GetStartDate()+" to "+r.GetEndDate(), r.GetColumns(), r.GetRows()), err
		}}
	case pb.DownloadReportRequest_BALANCE_SHEET:
		return download{"Balance sheet", dated, func(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
			r, err := s.GetBalanceSheet(ctx, &pb.GetBalanceSheetRequest{
				AsOf: q.AsOf, Compare: q.Compare, CompareCount: q.CompareCount, DimensionValueIds: q.DimensionValueIds, ColumnDimensionId: q.ColumnDimensionId, KnownAt: q.KnownAt,
			})
			return tableOf("As of "+r.GetAsOf(), r.GetColumns(), r.GetRows()), err
		}}
	case pb.DownloadReportRequest_CASH_FLOW_STATEMENT:
		return download{"Cash-flow statement", []protoreflect.Name{"start_date", "end_date", "compare", "compare_count", "method"}, func(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
			r, err := s.GetCashFlowStatement(ctx, &pb.GetCashFlowStatementRequest{StartDate: q.StartDate, EndDate: q.EndDate, Compare: q.Compare, CompareCount: q.CompareCount, Method: q.Method})
			return tableOf(r.GetStartDate()+" to "+r.GetEndDate(), r.GetColumns(), r.GetRows()), err
		}}
	case pb.DownloadReportRequest_GENERAL_LEDGER:
		return download{"General ledger", []protoreflect.Name{"start_date", "end_date", "account_id"}, wholeLedger}
	}
	return download{}
}

// DownloadReport answers a report as a file.
func (s *Service) DownloadReport(ctx context.Context, req *pb.DownloadReportRequest) (*httpbody.HttpBody, error) {
	d := downloadOf(req.GetReport())
	if err := d.only(req); err != nil {
		return nil, err
	}
	t, err := d.table(ctx, s, req)
	if err != nil {
		return nil, err
	}
	c := call.From(ctx)
	t.Title, t.Organization = d.title+" in "+c.Organization.CurrencyCode, c.Organization.DisplayName
	t.Footer = "Made on " + c.Today().String()
	return t.File(req.GetFormat().String())
}

// only refuses fields that the report does not have, which would narrow nothing.
func (d download) only(req *pb.DownloadReportRequest) error {
	known := map[protoreflect.Name]bool{"report": true, "format": true}
	for _, name := range d.fields {
		known[name] = true
	}
	var violations fault.List
	req.ProtoReflect().Range(func(fd protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		if !known[fd.Name()] {
			violations.Append(fault.At(fd.JSONName(), "is no part of %s", req.GetReport()))
		}
		return true
	})
	return violations.Err()
}

// tableOf lays the tree of a report's rows out, a heading's own amounts behind its parts.
func tableOf(subtitle string, columns []string, rows []*pb.ReportRow) paper.Table {
	t := paper.Table{Subtitle: subtitle, Columns: []paper.Column{{Label: "Account"}, {Label: "Code"}}}
	for _, label := range columns {
		t.Columns = append(t.Columns, paper.Column{Label: label, Amount: true})
	}
	layOut(&t, rows, 0)
	return t
}

func layOut(t *paper.Table, rows []*pb.ReportRow, level int) {
	for _, r := range rows {
		sums := []string{r.Label, r.AccountCode}
		for _, a := range r.Amounts {
			sums = append(sums, a.Amount)
		}
		if len(r.Rows) == 0 {
			t.Rows = append(t.Rows, paper.Row{Cells: sums, Level: level, Total: r.AccountId == ""})
			continue
		}
		heading := make([]string, len(sums))
		heading[0] = r.Label
		t.Rows = append(t.Rows, paper.Row{Cells: heading, Level: level, Total: true})
		layOut(t, r.Rows, level+1)
		sums[0] = "Total " + r.Label
		t.Rows = append(t.Rows, paper.Row{Cells: sums, Level: level, Total: true})
	}
}

// wholeLedger reads all pages of a general ledger.
func wholeLedger(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
	t := paper.Table{Columns: []paper.Column{
		{Label: "Account"}, {Label: "Date"}, {Label: "Description"}, {Label: "Reference"}, {Label: "Debit", Amount: true}, {Label: "Credit", Amount: true}, {Label: "Balance", Amount: true},
	}}
	ask := &pb.GetGeneralLedgerRequest{StartDate: q.StartDate, EndDate: q.EndDate, AccountId: q.AccountId, PageSize: maxPageSize}
	for {
		page, err := s.GetGeneralLedger(ctx, ask)
		if err != nil {
			return t, err
		}
		t.Subtitle = page.StartDate + " to " + page.EndDate
		for _, l := range page.Lines {
			t.Rows = append(t.Rows, ledgerRow(l))
		}
		if ask.PageToken = page.NextPageToken; ask.PageToken == "" {
			return t, nil
		}
		if len(t.Rows) > maxFileLines {
			return t, fault.Refuse(optionsv1.Reason_FILE_TOO_LARGE, "The general ledger has more than %d lines; ask for a shorter period or for one account.", maxFileLines)
		}
	}
}

func ledgerRow(l *pb.GeneralLedgerLine) paper.Row {
	account := l.AccountDisplayName
	if l.AccountCode != "" {
		account = l.AccountCode + " " + account
	}
	switch l.Kind {
	case pb.GeneralLedgerLine_OPENING_BALANCE:
		return paper.Row{Cells: []string{account, "", "Opening balance", "", "", "", l.GetBalance().GetAmount()}, Total: true}
	case pb.GeneralLedgerLine_CLOSING_BALANCE:
		return paper.Row{Cells: []string{account, "", "Closing balance", "", "", "", l.GetBalance().GetAmount()}, Total: true}
	}
	text := l.Description
	if l.Memo != "" {
		text = l.Memo
	}
	return paper.Row{Cells: []string{account, l.Date, text, l.Reference, l.GetDebit().GetAmount(), l.GetCredit().GetAmount(), l.GetBalance().GetAmount()}}
}
