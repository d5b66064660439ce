package reports

import (
	"cmp"
	"context"
	"fmt"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/paper/chart"
	"backoffice/internal/platform/rpc"
)

// chartKind is a kind of chart.
type chartKind struct {
	title string
	// read reads the amounts of a period in a currency.
	read func(ctx context.Context, tx *db.Tx, whole column, currency string) (chartData, error)
	// isCash is true for balances of cash accounts, which have no dimensions and no past states.
	isCash bool
	// permissions are required in addition to that of reports.
	permissions []string
}

// chartFor returns a kind of chart.
func chartFor(c pb.DrawChartRequest_Chart) chartKind {
	return map[pb.DrawChartRequest_Chart]chartKind{
		pb.DrawChartRequest_PROFIT_AND_LOSS_BY_MONTH: {"Profit and Loss by Month", profitByMonth, false, nil},
		pb.DrawChartRequest_CASH_BALANCE:             {"Cash at the End of Each Day", cashByDay, true, nil},
		pb.DrawChartRequest_BALANCE_BY_ACCOUNT:       {"Balance by Account at the End of Each Day", cashByAccount, true, nil},
		pb.DrawChartRequest_SPENDING_BY_PAYEE: {
			"Spending by Payee", spendingByPayee, false, []string{"finance.bankStatementLines.read"},
		},
		pb.DrawChartRequest_SPENDING_BY_VENDOR: {
			"Spending by Vendor", spendingByVendor, false, []string{"finance.bankStatementLines.read", "finance.vendors.read"},
		},
		pb.DrawChartRequest_SPENDING_BY_CATEGORY: {"Spending by Category", spendingByCategory, false, nil},
	}[c]
}

// chartData is the amounts of a chart.
type chartData struct {
	// columns are months or days, oldest first.
	columns []column
	// bars and lines are the series that are drawn as bars and as lines. isStacked is true if the bars
	// of a column are parts of a total.
	bars, lines []chartSeries
	isStacked   bool
}

// chartSeries is a series of amounts, one for each column.
type chartSeries struct {
	label string
	// account and vendor are the IDs of what the series is about, or empty.
	account, vendor string
	amounts         amounts
}

// chartRequest selects the amounts of a chart.
type chartRequest interface {
	GetChart() pb.DrawChartRequest_Chart
	GetStartDate() string
	GetEndDate() string
	GetDimensionValueIds() []string
	GetKnownAt() *timestamppb.Timestamp
	GetCurrencyCode() string
}

// readChart reads the amounts of a chart. It returns the period and the currency too.
func (s *Service) readChart(
	ctx context.Context, req chartRequest,
) (data chartData, whole column, currency string, err error) {
	c := call.From(ctx)
	for _, permission := range chartFor(req.GetChart()).permissions {
		if !c.Allows(permission) {
			return data, whole, currency, fault.PermissionMissing(permission)
		}
	}
	if whole, currency, err = chartColumn(c, req); err != nil {
		return data, whole, currency, err
	}
	data, err = db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (chartData, error) {
		return chartFor(req.GetChart()).read(ctx, tx, whole, currency)
	})
	return data, whole, currency, err
}

// GetChartData returns the amounts of a chart.
func (s *Service) GetChartData(ctx context.Context, req *pb.GetChartDataRequest) (*pb.ChartData, error) {
	data, whole, currency, err := s.readChart(ctx, req)
	if err != nil {
		return nil, err
	}
	out := &pb.ChartData{StartDate: whole.start.String(), EndDate: whole.end.String()}
	for _, c := range data.columns {
		out.Columns = append(out.Columns, c.heading(c.label))
	}
	st := statement{currency: currency, columns: data.columns}
	for _, series := range append(data.bars, data.lines...) {
		next := st.series(series.label, series.amounts)
		next.AccountId, next.VendorId = series.account, series.vendor
		out.Series = append(out.Series, next)
	}
	return out, nil
}

// DrawChart returns a chart of a period as an image.
func (s *Service) DrawChart(ctx context.Context, req *pb.DrawChartRequest) (*httpbody.HttpBody, error) {
	data, whole, currency, err := s.readChart(ctx, req)
	if err != nil {
		return nil, err
	}
	organization, title := call.From(ctx).Organization, chartFor(req.GetChart()).title
	locale := paper.NewLocale(organization.RegionCode)
	picture := chart.Chart{
		Title: title, IsStacked: data.isStacked, Bars: drawn(data.bars), Lines: drawn(data.lines),
		Subtitle: fmt.Sprintf("%s · %s · %s", organization.DisplayName, currency, locale.PeriodLabel(whole.start, whole.end)),
	}
	picture.Digits, _ = money.Digits(currency)
	for _, c := range data.columns {
		picture.Points = append(picture.Points, c.point(len(data.columns)))
	}
	rpc.SetFileName(ctx, rpc.FileName(title+" in "+currency, whole.start.String()+" to "+whole.end.String(),
		req.GetFormat().String()))
	return picture.File(req.GetFormat().String())
}

// drawn returns series as they are drawn.
func drawn(list []chartSeries) (out []chart.Series) {
	for _, s := range list {
		out = append(out, chart.Series{Label: s.label, Amounts: s.amounts})
	}
	return out
}

// point returns the point of a month or a day on the time axis. Up to 62 days are all labeled;
// beyond that, only the first of each month is.
func (c column) point(count int) chart.Point {
	switch {
	case c.label != c.end.String():
		return monthPoint(c.start)
	case count <= 62:
		return chart.Point{Label: fmt.Sprint(c.end.Day()), Group: fmt.Sprintf("%.3s %d", c.end.Month(), c.end.Year())}
	case c.end.Day() == 1:
		return monthPoint(c.end)
	}
	return chart.Point{}
}

// monthPoint returns the point of a month on the time axis.
func monthPoint(d calendar.Date) chart.Point {
	return chart.Point{Label: d.Month().String()[:3], Group: fmt.Sprint(d.Year())}
}

// chartColumn parses the period of a chart, by default twelve months, its filters and its
// currency.
func chartColumn(c *call.Call, req chartRequest) (_ column, currency string, _ error) {
	var violations fault.List
	end := parseDate(&violations, "endDate", req.GetEndDate(), c.Today())
	start := parseDate(&violations, "startDate", req.GetStartDate(), end.FirstOfMonth().AddMonths(-11))
	switch {
	case start.After(end):
		violations.Append(fault.At("startDate", "must not be after the end, %s", end))
	case !start.FirstOfMonth().AddMonths(maxColumns).After(end):
		violations.Append(fault.At("startDate", "must be in the %d calendar months up to the end, %s", maxColumns, end))
	}
	out := withDimensionValues(&violations, req, column{period: period{start, end}, operating: true})
	if chartFor(req.GetChart()).isCash {
		if len(req.GetDimensionValueIds()) > 0 {
			violations.Append(fault.At("dimensionValueIds", "is not supported by %s", req.GetChart()))
		}
		if req.GetKnownAt() != nil {
			violations.Append(fault.At("knownAt", "is not supported by %s", req.GetChart()))
		}
	}
	violations.MergeViolations("", checkCurrency(req.GetCurrencyCode(), out, false))
	return out, cmp.Or(req.GetCurrencyCode(), c.Organization.CurrencyCode), violations.Err()
}

// profitByMonth returns the income and expenses of each month as bars and the net income as a line.
func profitByMonth(ctx context.Context, tx *db.Tx, whole column, currency string) (out chartData, err error) {
	if out.columns, err = monthColumns(whole); err != nil {
		return out, err
	}
	st, err := spec{columns: out.columns, currency: currency}.statement(ctx, tx)
	if err != nil {
		return out, err
	}
	out.bars = []chartSeries{
		{label: "Income", amounts: st.sum(credit, ofType(pb.Account_INCOME))},
		{label: "Expenses", amounts: st.sum(debit, ofType(pb.Account_EXPENSE))},
	}
	out.lines = []chartSeries{{label: "Net income", amounts: st.earnings()}}
	return out, nil
}
