package reports

import (
	"cmp"
	"context"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/reflect/protoreflect"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/reports/presentation"
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
	// read reads the report. It returns its table and its dates.
	read func(ctx context.Context, s *Service, l presentation.Layout, req *pb.DownloadReportRequest) (document, error)
	// permission is required in addition to that of DownloadReport, as the report's own method
	// requires it.
	permission string
	// isStatement is true if the report is presented by the framework of its fiscal year.
	isStatement bool
}

// document is a report as a table. start is empty for a report at the end of a day.
type document struct {
	paper.Table
	start, end string
}

// Request fields supported by reports at the end of a day and over a period.
var (
	dateFields = []protoreflect.Name{
		"as_of", "compare", "compare_count", "dimension_value_ids", "column_dimension_id", "known_at", "currency_code",
		"include_zero_rows", "basis",
	}
	trialFields  = append([]protoreflect.Name{"start_date"}, dateFields...)
	periodFields = []protoreflect.Name{
		"start_date", "end_date", "compare", "compare_count", "dimension_value_ids", "column_dimension_id", "known_at",
		"currency_code", "include_zero_rows",
	}
	profitFields = append([]protoreflect.Name{"percent_of_revenue", "year_to_date", "basis"}, periodFields...)
	// lineFields are supported by reports that list lines.
	lineFields    = []protoreflect.Name{"start_date", "end_date", "dimension_value_ids", "known_at"}
	ledgerFields  = append([]protoreflect.Name{"account_id", "account_ids", "newest_first", "q"}, lineFields...)
	balanceFields = []protoreflect.Name{"as_of", "dimension_value_ids", "known_at", "include_zero_rows"}
	cashFields    = []protoreflect.Name{
		"start_date", "end_date", "compare", "compare_count", "known_at", "currency_code", "include_zero_rows", "method",
	}
	changeFields = []protoreflect.Name{"accounting_period_id", "fiscal_year_id", "since"}
)

// downloadFor returns how a report is written to a file.
func downloadFor(r pb.DownloadReportRequest_Report) download {
	const entries, lines = "finance.journalEntries.read", "finance.journalLines.read"
	return map[pb.DownloadReportRequest_Report]download{
		pb.DownloadReportRequest_TRIAL_BALANCE:       {"Trial Balance", trialFields, readTrialBalance, "", false},
		pb.DownloadReportRequest_PROFIT_AND_LOSS:     {"Profit and Loss", profitFields, readProfitAndLoss, "", true},
		pb.DownloadReportRequest_BALANCE_SHEET:       {"Balance Sheet", dateFields, readBalanceSheet, "", true},
		pb.DownloadReportRequest_CASH_FLOW_STATEMENT: {"Statement of Cash Flows", cashFields, readCashFlow, "", true},
		pb.DownloadReportRequest_PROFIT_VERSUS_CASH:  {"Profit Versus Cash", cashFields[:7], readProfitVersusCash, "", false},
		pb.DownloadReportRequest_ACCOUNT_BALANCES:    {"Account Balances", balanceFields, readAccountBalances, "", false},
		pb.DownloadReportRequest_GENERAL_LEDGER:      {"General Ledger", ledgerFields, readLedger, lines, false},
		pb.DownloadReportRequest_JOURNAL:             {"Journal", lineFields, readJournal, entries, false},
		pb.DownloadReportRequest_REALIZED_GAINS: {
			"Realized Exchange Gains", lineFields, readRealizedGains, entries, false,
		},
		pb.DownloadReportRequest_UNREALIZED_GAINS: {
			"Unrealized Exchange Gains", dateFields[:1], readUnrealizedGains, "", false,
		},
		pb.DownloadReportRequest_CHANGES_SINCE_CLOSE: {"Changes Since the Close", changeFields, readChanges, entries, false},
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
	locale := paper.NewLocale(c.Organization.RegionCode)
	doc, err := d.read(ctx, s, presentation.Layout{Locale: locale, IncludeZeroRows: req.GetIncludeZeroRows()}, req)
	if err != nil {
		return nil, err
	}
	doc.Title, doc.Locale = d.title, locale
	doc.Issuer = paper.Issuer{Name: c.Organization.DisplayName}
	doc.Footer = "Generated on " + locale.LongDate(c.Today())
	if doc, err = s.describe(ctx, doc, d, req); err != nil {
		return nil, err
	}
	file, err := doc.File(req.GetFormat().String())
	if err != nil {
		return nil, err
	}
	if len(file.Data) > maxFileBytes {
		return nil, tooLarge()
	}
	title := doc.Title + " in " + cmp.Or(req.GetCurrencyCode(), c.Organization.CurrencyCode)
	rpc.SetFileName(ctx, rpc.FileName(title, doc.fileDates(), req.GetFormat().String()))
	return file, nil
}

// fileDates returns the dates of a report for the name of its file.
func (d document) fileDates() string {
	if d.start == "" {
		return d.end
	}
	return d.start + " to " + d.end
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
