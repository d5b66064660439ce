package reports

import (
	"cmp"
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

// Bounds of a file: how many lines of a ledger or journal are read, and how large it may
// be, which is what one answer holds.
const (
	maxFileLines = 20_000
	maxFileBytes = 4 << 20
)

// download is how a report is made for a file: by its own method, of the fields it has.
type download struct {
	title  string
	fields []protoreflect.Name
	table  func(ctx context.Context, s *Service, req *pb.DownloadReportRequest) (paper.Table, error)
	// also is the further permission that the report's own method asks for.
	also string
}

// Fields of a report at the end of a day, and over a period.
var (
	dated   = []protoreflect.Name{"as_of", "compare", "compare_count", "dimension_value_ids", "column_dimension_id", "known_at", "currency_code"}
	lasting = []protoreflect.Name{"start_date", "end_date", "compare", "compare_count", "dimension_value_ids", "column_dimension_id", "known_at", "currency_code"}
	// narrowed are those of a list of lines.
	narrowed = []protoreflect.Name{"start_date", "end_date", "dimension_value_ids", "known_at"}
	ofCash   = []protoreflect.Name{"start_date", "end_date", "compare", "compare_count", "known_at", "currency_code", "method"}
)

// downloadOf is how a report is made for a file.
func downloadOf(r pb.DownloadReportRequest_Report) download {
	return map[pb.DownloadReportRequest_Report]download{
		pb.DownloadReportRequest_TRIAL_BALANCE:       {"Trial balance", dated, trialBalanceTable, ""},
		pb.DownloadReportRequest_PROFIT_AND_LOSS:     {"Profit and loss", lasting, profitAndLossTable, ""},
		pb.DownloadReportRequest_BALANCE_SHEET:       {"Balance sheet", dated, balanceSheetTable, ""},
		pb.DownloadReportRequest_CASH_FLOW_STATEMENT: {"Cash-flow statement", ofCash, cashFlowTable, ""},
		pb.DownloadReportRequest_PROFIT_VERSUS_CASH:  {"Profit versus cash", ofCash[:6], profitVersusCashTable, ""},
		pb.DownloadReportRequest_ACCOUNT_BALANCES:    {"Account balances", []protoreflect.Name{"as_of", "dimension_value_ids", "known_at"}, accountBalancesTable, ""},
		pb.DownloadReportRequest_GENERAL_LEDGER:      {"General ledger", []protoreflect.Name{"start_date", "end_date", "account_id", "dimension_value_ids", "known_at"}, ledgerTable, "finance.journalLines.read"},
		pb.DownloadReportRequest_JOURNAL:             {"Journal", narrowed, journalTable, "finance.journalEntries.read"},
		pb.DownloadReportRequest_REALIZED_GAINS:      {"Realized exchange gains", narrowed, realizedGainsTable, "finance.journalEntries.read"},
		pb.DownloadReportRequest_UNREALIZED_GAINS:    {"Unrealized exchange gains", dated[:1], unrealizedGainsTable, ""},
	}[r]
}

// DownloadReport answers a report as a file.
func (s *Service) DownloadReport(ctx context.Context, req *pb.DownloadReportRequest) (*httpbody.HttpBody, error) {
	c, d := call.From(ctx), downloadOf(req.GetReport())
	if d.also != "" && !c.Allows(d.also) {
		return nil, fault.PermissionMissing(d.also)
	}
	if err := d.only(req); err != nil {
		return nil, err
	}
	t, err := d.table(ctx, s, req)
	if err != nil {
		return nil, err
	}
	t.Title, t.Organization = d.title+" in "+cmp.Or(req.GetCurrencyCode(), c.Organization.CurrencyCode), c.Organization.DisplayName
	t.Footer = "Made on " + c.Today().String()
	file, err := t.File(req.GetFormat().String())
	if err != nil {
		return nil, err
	}
	if len(file.Data) > maxFileBytes {
		return nil, tooLarge()
	}
	rpc.NameFile(ctx, rpc.FileName(t.Title, t.Subtitle, req.GetFormat().String()))
	return file, nil
}

func tooLarge() error {
	return fault.Refuse(optionsv1.Reason_FILE_TOO_LARGE,
		"The report has more than fits into one file of %d lines or %d MiB; ask for a shorter period or for one account.", maxFileLines, maxFileBytes>>20)
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
