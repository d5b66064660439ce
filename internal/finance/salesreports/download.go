package salesreports

import (
	"context"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/reflect/protoreflect"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/reports/presentation"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/rpc"
)

// maxFileLines is the maximum number of lines of a file, and maxFileBytes the maximum size, which
// is what one response can carry.
const (
	maxFileLines = 20_000
	maxFileBytes = 4 << 20
)

// download describes how a report is written to a file.
type download struct {
	title  string
	fields []protoreflect.Name
	// permissions are required in addition to that of DownloadSalesReport, as the report's own method
	// requires them.
	permissions []string
	read        func(ctx context.Context, s *Service, l layout, req *pb.DownloadSalesReportRequest) (document, error)
}

// document is a report as a table. start is empty for a report at the end of a day.
type document struct {
	paper.Table
	start, end string
	isCash     bool
}

// downloadFor returns how a report is written to a file.
func downloadFor(r pb.DownloadSalesReportRequest_Report) download {
	receivables, reports := []string{"finance.receivables.read"}, []string{"finance.reports.read"}
	return map[pb.DownloadSalesReportRequest_Report]download{
		pb.DownloadSalesReportRequest_AGED_RECEIVABLES: {"Aged Receivables", []protoreflect.Name{"as_of", "compare",
			"compare_count", "customer_id", "known_at", "bucket_days", "include_documents"}, receivables, readAged},
		pb.DownloadSalesReportRequest_SALES: {"Sales", []protoreflect.Name{"start_date", "end_date", "compare",
			"compare_count", "group_by", "dimension_id", "basis", "dimension_value_ids", "customer_id", "known_at"},
			reports, readSales},
		pb.DownloadSalesReportRequest_RECEIPT_FORECAST: {"Expected Receipts", []protoreflect.Name{"as_of", "customer_id",
			"interval", "shift_by_habit"}, receivables, readForecast},
		pb.DownloadSalesReportRequest_INVOICE_SUMMARY: {"Invoice Summary", []protoreflect.Name{"as_of", "customer_id"},
			nil, readSummary},
	}[r]
}

// DownloadSalesReport returns a report as a file.
func (s *Service) DownloadSalesReport(
	ctx context.Context, req *pb.DownloadSalesReportRequest,
) (*httpbody.HttpBody, error) {
	c, d := call.From(ctx), downloadFor(req.GetReport())
	for _, permission := range d.permissions {
		if !c.Allows(permission) {
			return nil, fault.PermissionMissing(permission)
		}
	}
	if err := d.checkFields(req); err != nil {
		return nil, err
	}
	locale := paper.NewLocale(c.Organization.RegionCode)
	doc, err := d.read(ctx, s, layout{locale, c.Organization.CurrencyCode}, req)
	if err != nil {
		return nil, err
	}
	if len(doc.Rows) > maxFileLines {
		return nil, tooLarge()
	}
	if err := doc.describe(c, d.title, locale, req); err != nil {
		return nil, err
	}
	file, err := doc.File(req.GetFormat().String())
	if err != nil {
		return nil, err
	}
	if len(file.Data) > maxFileBytes {
		return nil, tooLarge()
	}
	dates := doc.end
	if doc.start != "" {
		dates = doc.start + " to " + doc.end
	}
	rpc.SetFileName(ctx, rpc.FileName(d.title+" in "+c.Organization.CurrencyCode, dates, req.GetFormat().String()))
	return file, nil
}

// checkFields rejects fields that the report does not support and would ignore.
func (d download) checkFields(req *pb.DownloadSalesReportRequest) error {
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

// describe sets the title of a document, its period, and the basis on which it was computed.
func (d *document) describe(c *call.Call, title string, l paper.Locale, req *pb.DownloadSalesReportRequest) error {
	end, err := calendar.ParseDate(d.end)
	if err != nil {
		return err
	}
	d.Title, d.Locale, d.Period = title, l, l.AsOf(end)
	if d.start != "" {
		start, err := calendar.ParseDate(d.start)
		if err != nil {
			return err
		}
		d.Period = l.ForPeriod(start, end, false)
	}
	d.Issuer = paper.Issuer{Name: c.Organization.DisplayName}
	d.Footer = "Generated on " + l.LongDate(c.Today())
	basis := presentation.Basis{IsCash: d.isCash, Currency: c.Organization.CurrencyCode, Base: c.Organization.CurrencyCode}
	if known := req.GetKnownAt(); known != nil {
		at := known.AsTime().In(c.Organization.Zone)
		basis.KnownAt = l.LongDate(calendar.DateOf(at, c.Organization.Zone)) + at.Format(", 15:04:05")
	}
	d.Notes = basis.Notes()
	if n := len(req.GetDimensionValueIds()); n > 0 {
		d.Notes = append(d.Notes, "Only lines with the selected dimension values.")
	}
	return nil
}

func tooLarge() error {
	return fault.Refuse(optionsv1.Reason_FILE_TOO_LARGE,
		"The report exceeds the limit of %d lines or %d MiB for a file; request a shorter period or a single customer.",
		maxFileLines, maxFileBytes>>20)
}
