package taxreturns

import (
	"context"
	"strings"

	"google.golang.org/genproto/googleapis/api/httpbody"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/rpc"
)

// maxFileLines is the maximum number of taxes read for a file. maxFileBytes is the maximum size of
// a file, which is what one response can carry.
const (
	maxFileLines = 20_000
	maxFileBytes = 4 << 20
)

// DownloadTaxReport returns the summary or the register as a file.
func (s *Service) DownloadTaxReport(
	ctx context.Context, req *pb.DownloadTaxReportRequest,
) (*httpbody.HttpBody, error) {
	table, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (paper.Table, error) {
		selected, err := readSelection(ctx, tx, req)
		if err != nil {
			return paper.Table{}, err
		}
		t, err := readTable(ctx, tx, selected, req.GetReport())
		t.describe(tx.Call(), selected)
		return t.Table, err
	})
	if err != nil {
		return nil, err
	}
	return writeFile(ctx, table, req.GetFormat().String())
}

// writeFile returns a table as a file. The name has the title and the period.
func writeFile(ctx context.Context, t paper.Table, format string) (*httpbody.HttpBody, error) {
	file, err := t.File(format)
	if err != nil {
		return nil, err
	}
	if len(file.Data) > maxFileBytes {
		return nil, tooLarge()
	}
	rpc.SetFileName(ctx, rpc.FileName(t.Title, t.Period, format))
	return file, nil
}

func tooLarge() error {
	return fault.Refuse(optionsv1.Reason_FILE_TOO_LARGE,
		"The report exceeds the limit of %d lines or %d MiB for a file; request a shorter period.",
		maxFileLines, maxFileBytes>>20)
}

// report is a table of taxes.
type report struct{ paper.Table }

// describe adds the issuer, the period and the basis.
func (r *report) describe(c *call.Call, s selection) {
	locale := paper.NewLocale(c.Organization.RegionCode)
	r.Locale, r.Issuer = locale, paper.Issuer{Name: c.Organization.DisplayName}
	r.Period = locale.ForPeriod(s.start, s.end, false)
	basis := "accrual basis"
	if s.basis == pb.TaxAgency_CASH {
		basis = "cash basis"
	}
	r.Notes = append(r.Notes, "Amounts in "+c.Organization.CurrencyCode+", "+basis+".")
	if s.known != nil {
		at := s.known.In(c.Organization.Zone)
		day := locale.LongDate(calendar.DateOf(at, c.Organization.Zone))
		r.Notes = append(r.Notes, "As known on "+day+at.Format(", 15:04:05")+".")
	}
	r.Footer = "Generated on " + locale.LongDate(c.Today())
}

// readTable reads a report as a table.
func readTable(
	ctx context.Context, tx *db.Tx, s selection, kind pb.DownloadTaxReportRequest_Report,
) (report, error) {
	if kind == pb.DownloadTaxReportRequest_REGISTER {
		lines, err := readLines(ctx, tx, s, registerFilter{}, cursor{Date: "-infinity"}, maxFileLines+1)
		if err != nil {
			return report{}, err
		}
		if len(lines) > maxFileLines {
			return report{}, tooLarge()
		}
		amounts, err := describeLines(ctx, tx, lines)
		return report{registerTable(amounts)}, err
	}
	summary, err := readSummary(ctx, tx, s)
	return report{summaryTable(summary)}, err
}

// summaryTable lays out a summary: for each agency its taxes by use, with the tax codes below.
func summaryTable(s *pb.TaxSummary) paper.Table {
	t := paper.Table{Title: "Tax Summary", Empty: "No taxes in this period.", Columns: []paper.Column{
		{Label: "Tax"}, {Label: "Code"}, {Label: "Percent"}, {Label: "Taxable Amount", Kind: paper.Amount},
		{Label: "Tax Amount", Kind: paper.Amount},
	}}
	for _, a := range s.GetAgencies() {
		name := a.DisplayName
		if name == "" {
			name = "Without an agency"
		}
		t.AddHeading(0, name)
		for _, r := range a.Rows {
			label := strings.TrimSpace(useLabels[r.Use] + ": " + r.DisplayName + effectLabels[r.Effect])
			for _, c := range r.Codes {
				t.AddEntry(1, label, c.Code, r.Percent, c.TaxableAmount.GetAmount(), c.TaxAmount.GetAmount())
			}
		}
		for _, sum := range []struct{ label, amount string }{
			{"Output tax", a.OutputTax.GetAmount()}, {"Input tax", a.InputTax.GetAmount()},
			{"Withheld by customers", a.WithheldTax.GetAmount()},
		} {
			t.Rows = append(t.Rows, paper.Row{Cells: []string{sum.label, "", "", "", sum.amount}, Level: 1})
		}
		t.Rows = append(t.Rows, paper.Row{Cells: []string{"Net tax, " + name, "", "", "", a.NetTax.GetAmount()},
			Kind: paper.Subtotal})
	}
	return t
}

// useLabels and effectLabels are the texts of files.
var (
	useLabels    = map[pb.TaxCode_Use]string{pb.TaxCode_SALES: "Sales", pb.TaxCode_PURCHASES: "Purchases"}
	effectLabels = map[pb.TaxRate_Effect]string{
		pb.TaxRate_REVERSE_CHARGED: " (reverse charge)", pb.TaxRate_WITHHELD: " (withheld)",
	}
)

// registerTable lays out the register.
func registerTable(amounts []*pb.TaxAmount) paper.Table {
	t := paper.Table{Title: "Tax Register", Empty: "No taxes in this period.", Columns: []paper.Column{
		{Label: "Date", Kind: paper.Date}, {Label: "Document"}, {Label: "Contact"}, {Label: "Use"}, {Label: "Tax"},
		{Label: "Code"}, {Label: "Percent"}, {Label: "Taxable Amount", Kind: paper.Amount},
		{Label: "Tax Amount", Kind: paper.Amount},
	}}
	for _, a := range amounts {
		t.AddEntry(0, a.Date, a.DocumentNumber, a.ContactName, useLabels[a.Use], a.DisplayName+effectLabels[a.Effect],
			a.Code, a.Percent, a.BaseTaxableAmount.GetAmount(), a.BaseTaxAmount.GetAmount())
	}
	return t
}
