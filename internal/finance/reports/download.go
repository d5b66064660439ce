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
	"backoffice/internal/platform/rpc"
)

// maxFileLines is the maximum number of lines read for a ledger or journal file. maxFileBytes
// is the maximum size of a file, which is what one response can carry.
const (
	maxFileLines = 20_000
	maxFileBytes = 4 << 20
)

// download describes how a report is written to a file: by the report's own method, with the
// fields that method supports.
type download struct {
	title  string
	fields []protoreflect.Name
	table  func(ctx context.Context, s *Service, req *pb.DownloadReportRequest) (paper.Table, error)
	// permission is required in addition to that of DownloadReport, as the report's own method
	// requires it.
	permission string
}

// Request fields supported by reports at the end of a day and over a period.
var (
	dateFields = []protoreflect.Name{
		"as_of", "compare", "compare_count", "dimension_value_ids", "column_dimension_id", "known_at", "currency_code",
	}
	trialFields  = append([]protoreflect.Name{"start_date"}, dateFields...)
	periodFields = []protoreflect.Name{
		"start_date", "end_date", "compare", "compare_count", "dimension_value_ids", "column_dimension_id", "known_at",
		"currency_code",
	}
	profitFields = append([]protoreflect.Name{"percent_of_revenue", "year_to_date"}, periodFields...)
	// lineFields are supported by reports that list lines.
	lineFields    = []protoreflect.Name{"start_date", "end_date", "dimension_value_ids", "known_at"}
	balanceFields = []protoreflect.Name{"as_of", "dimension_value_ids", "known_at"}
	cashFields    = []protoreflect.Name{
		"start_date", "end_date", "compare", "compare_count", "known_at", "currency_code", "method",
	}
)

// downloadFor returns how a report is written to a file.
func downloadFor(r pb.DownloadReportRequest_Report) download {
	return map[pb.DownloadReportRequest_Report]download{
		pb.DownloadReportRequest_TRIAL_BALANCE:       {"Trial balance", trialFields, trialBalanceTable, ""},
		pb.DownloadReportRequest_PROFIT_AND_LOSS:     {"Profit and loss", profitFields, profitAndLossTable, ""},
		pb.DownloadReportRequest_BALANCE_SHEET:       {"Balance sheet", dateFields, balanceSheetTable, ""},
		pb.DownloadReportRequest_CASH_FLOW_STATEMENT: {"Cash-flow statement", cashFields, cashFlowTable, ""},
		pb.DownloadReportRequest_PROFIT_VERSUS_CASH:  {"Profit versus cash", cashFields[:6], profitVersusCashTable, ""},
		pb.DownloadReportRequest_ACCOUNT_BALANCES:    {"Account balances", balanceFields, accountBalancesTable, ""},
		pb.DownloadReportRequest_GENERAL_LEDGER: {
			"General ledger", append([]protoreflect.Name{"account_id", "account_ids", "newest_first", "q"}, lineFields...),
			ledgerTable,
			"finance.journalLines.read",
		},
		pb.DownloadReportRequest_JOURNAL: {"Journal", lineFields, journalTable, "finance.journalEntries.read"},
		pb.DownloadReportRequest_REALIZED_GAINS: {
			"Realized exchange gains", lineFields, realizedGainsTable, "finance.journalEntries.read",
		},
		pb.DownloadReportRequest_UNREALIZED_GAINS: {
			"Unrealized exchange gains", dateFields[:1], unrealizedGainsTable, "",
		},
		pb.DownloadReportRequest_CHANGES_SINCE_CLOSE: {
			"Changes since the close", []protoreflect.Name{"accounting_period_id", "fiscal_year_id", "since"}, changesTable,
			"finance.journalEntries.read",
		},
	}[r]
}

// DownloadReport returns a report as a file.
func (s *Service) DownloadReport(ctx context.Context, req *pb.DownloadReportRequest) (*httpbody.HttpBody, error) {
	c, d := call.From(ctx), downloadFor(req.GetReport())
	if d.permission != "" && !c.Allows(d.permission) {
		return nil, fault.PermissionMissing(d.permission)
	}
	if err := d.checkFields(req); err != nil {
		return nil, err
	}
	t, err := d.table(ctx, s, req)
	if err != nil {
		return nil, err
	}
	t.Title = d.title + " in " + currencies(req.GetCurrencyCode(), c.Organization.CurrencyCode)
	t.Organization = c.Organization.DisplayName
	t.Footer = "Generated on " + c.Today().String()
	file, err := t.File(req.GetFormat().String())
	if err != nil {
		return nil, err
	}
	if len(file.Data) > maxFileBytes {
		return nil, tooLarge()
	}
	rpc.SetFileName(ctx, rpc.FileName(t.Title, t.Subtitle, req.GetFormat().String()))
	return file, nil
}

// currencies names the currency of the amounts, and the base currency if they are translated from it
// (IAS 21.53).
func currencies(asked, base string) string {
	if asked == "" || asked == base {
		return base
	}
	return asked + " (translated from " + base + ")"
}

func tooLarge() error {
	return fault.Refuse(optionsv1.Reason_FILE_TOO_LARGE,
		"The report exceeds the limit of %d lines or %d MiB for a file; "+
			"request a shorter period or a single account.",
		maxFileLines, maxFileBytes>>20)
}

// checkFields rejects fields that the report does not support and would ignore.
func (d download) checkFields(req *pb.DownloadReportRequest) error {
	known := map[protoreflect.Name]bool{"report": true, "format": true}
	for _, name := range d.fields {
		known[name] = true
	}
	var violations fault.List
	req.ProtoReflect().Range(func(fd protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		if !known[fd.Name()] {
			violations.Append(fault.At(fd.JSONName(), "is not supported by %s", req.GetReport()))
		}
		return true
	})
	return violations.Err()
}
