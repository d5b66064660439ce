package profitability

import (
	"context"
	"slices"

	"github.com/shopspring/decimal"
	"google.golang.org/genproto/googleapis/api/httpbody"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/reports/presentation"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/rpc"
)

const (
	title = "Project Profitability"
	// maxFileBytes is the maximum size of a file, which is what one response can carry.
	maxFileBytes = 4 << 20
)

// DownloadProjectProfitability returns what projects earned and cost as a file.
func (s *Service) DownloadProjectProfitability(
	ctx context.Context, req *pb.DownloadProjectProfitabilityRequest,
) (*httpbody.HttpBody, error) {
	r, err := s.GetProjectProfitability(ctx, &pb.GetProjectProfitabilityRequest{StartDate: req.StartDate,
		EndDate: req.EndDate, Basis: req.Basis, ProjectIds: req.ProjectIds, CustomerId: req.CustomerId, OwnerId: req.OwnerId,
		State: req.State, IncludeNoProject: req.IncludeNoProject})
	if err != nil {
		return nil, err
	}
	c := call.From(ctx)
	t := layOut(r)
	if err := describe(&t, c, r); err != nil {
		return nil, err
	}
	file, err := t.File(req.GetFormat().String())
	if err != nil {
		return nil, err
	}
	if len(file.Data) > maxFileBytes {
		return nil, fault.Refuse(optionsv1.Reason_FILE_TOO_LARGE,
			"The report exceeds the limit of %d MiB for a file; choose fewer projects.", maxFileBytes>>20)
	}
	rpc.SetFileName(ctx, rpc.FileName(title+" in "+c.Organization.CurrencyCode, r.StartDate+" to "+r.EndDate,
		req.GetFormat().String()))
	return file, nil
}

// layOut returns the report as a table. Columns of costs are left out if they are masked.
func layOut(r *pb.ProjectProfitability) paper.Table {
	labels := []string{"Hours", "Billable", "Unbilled", "Revenue"}
	if !r.Masked {
		labels = append(labels, "Labor Cost", "Other Costs", "Margin", "Margin %")
	}
	t := paper.Table{Columns: []paper.Column{{Label: "Project"}, {Label: "Customer"}},
		Empty: "No figures of projects in this period."}
	for _, label := range labels {
		t.Columns = append(t.Columns, paper.Column{Label: label, Kind: paper.Amount})
	}
	cells := func(f *pb.ProjectProfitability_Figures) []string {
		out := []string{hours(f.DurationSeconds), hours(f.BillableSeconds), f.GetUnbilledAmount().GetAmount(),
			f.GetRevenue().GetAmount()}
		if !r.Masked {
			out = append(out, f.GetLaborCost().GetAmount(), f.GetOtherCosts().GetAmount(), f.GetMargin().GetAmount(),
				f.MarginPercent)
		}
		return out
	}
	var adds []int
	for n, row := range r.Rows {
		t.AddEntry(0, slices.Concat([]string{row.ProjectName, row.CustomerName}, cells(row.Figures))...)
		adds = append(adds, n)
	}
	if len(r.Rows) > 0 {
		t.Rows = append(t.Rows, paper.Row{Kind: paper.Total, Adds: adds,
			Cells: slices.Concat([]string{"Total", ""}, cells(r.Total))})
	}
	return t
}

// hours returns seconds as hours with two decimal places.
func hours(seconds int64) string {
	return decimal.NewFromInt(seconds).DivRound(decimal.NewFromInt(secondsPerHour), 2).StringFixed(2)
}

// describe sets the title of a table, its period, and what its figures consist of.
func describe(t *paper.Table, c *call.Call, r *pb.ProjectProfitability) error {
	start, err := calendar.ParseDate(r.StartDate)
	if err != nil {
		return err
	}
	end, err := calendar.ParseDate(r.EndDate)
	if err != nil {
		return err
	}
	l := paper.NewLocale(c.Organization.RegionCode)
	t.Title, t.Locale, t.Period = title, l, l.ForPeriod(start, end, false)
	t.Issuer = paper.Issuer{Name: c.Organization.DisplayName}
	t.Footer = "Generated on " + l.LongDate(c.Today())
	base := c.Organization.CurrencyCode
	t.Notes = presentation.Basis{IsCash: r.Basis == financev1.AccountingBasis_CASH, Currency: base, Base: base}.Notes()
	switch {
	case r.Masked:
		t.Notes = append(t.Notes, "Without costs and margins.")
	case r.StandardCost:
		t.Notes = append(t.Notes, "All hours cost the standard cost rate.")
	}
	if r.GetTotal().GetUncostedSeconds() > 0 {
		t.Notes = append(t.Notes, "The cost of "+hours(r.Total.GetUncostedSeconds())+" hours is unknown and not included.")
	}
	if r.GetTotal().GetUnpricedSeconds() > 0 {
		t.Notes = append(t.Notes, "No billing rate prices "+hours(r.Total.UnpricedSeconds)+" unbilled hours.")
	}
	return nil
}
