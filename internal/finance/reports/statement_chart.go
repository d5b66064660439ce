package reports

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/genproto/googleapis/api/httpbody"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper/chart"
	"backoffice/internal/platform/rpc"
)

//go:embed cash_by_day.sql
var selectCashByDay string

// DrawChart returns a chart of a period as an image.
func (s *Service) DrawChart(ctx context.Context, req *pb.DrawChartRequest) (*httpbody.HttpBody, error) {
	c := call.From(ctx)
	first, currency, err := chartColumn(c, req)
	if err != nil {
		return nil, err
	}
	read := profitByMonth
	if req.GetChart() == pb.DrawChartRequest_CASH_BALANCE {
		read = cashByDay
	}
	picture, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (chart.Chart, error) {
		return read(ctx, tx, first, currency)
	})
	if err != nil {
		return nil, err
	}
	picture.Subtitle = fmt.Sprintf("%s · %s · %s", c.Organization.DisplayName, currency, first.period)
	picture.Digits, _ = money.Digits(currency)
	rpc.SetFileName(ctx,
		rpc.FileName(picture.Title+" in "+currency, first.start.String()+" to "+first.end.String(),
			req.GetFormat().String()))
	return picture.File(req.GetFormat().String())
}

// chartColumn parses the period of a chart, by default twelve months, its filters and its
// currency.
func chartColumn(c *call.Call, req *pb.DrawChartRequest) (_ column, currency string, _ error) {
	var violations fault.List
	end := parseDate(&violations, "endDate", req.GetEndDate(), c.Today())
	start := parseDate(&violations, "startDate", req.GetStartDate(), end.FirstOfMonth().AddMonths(-11))
	switch {
	case start.After(end):
		violations.Append(fault.At("startDate", "must not be after the end, %s", end))
	case !start.AddMonths(maxColumns).After(end):
		violations.Append(fault.At("startDate", "must be less than %d months before the end, %s", maxColumns, end))
	}
	out := withDimensionValues(&violations, req, column{period: period{start, end}, operating: true})
	if req.GetChart() == pb.DrawChartRequest_CASH_BALANCE {
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

// profitByMonth draws the income and expenses of each month as bars and the net income as a
// line.
func profitByMonth(ctx context.Context, tx *db.Tx, whole column, currency string) (chart.Chart, error) {
	out := chart.Chart{Title: "Profit and loss by month"}
	columns, err := monthColumns(whole)
	if err != nil {
		return out, err
	}
	st, err := spec{columns: columns, currency: currency}.statement(ctx, tx)
	if err != nil {
		return out, err
	}
	for _, c := range columns {
		out.Points = append(out.Points, monthPoint(c.start))
	}
	out.Bars = []chart.Series{
		{Label: "Income", Amounts: st.sum(credit, ofType(pb.Account_INCOME))},
		{Label: "Expenses", Amounts: st.sum(debit, ofType(pb.Account_EXPENSE))},
	}
	out.Lines = []chart.Series{{Label: "Net income", Amounts: st.earnings()}}
	return out, nil
}

// monthPoint returns the point of a month on the time axis.
func monthPoint(d calendar.Date) chart.Point {
	return chart.Point{Label: d.Month().String()[:3], Group: fmt.Sprint(d.Year())}
}

// cashByDay draws the balance of the cash accounts at the end of each day. In another currency,
// each day has its own rate.
func cashByDay(ctx context.Context, tx *db.Tx, c column, currency string) (chart.Chart, error) {
	out := chart.Chart{Title: "Cash at the end of each day", Lines: []chart.Series{{Label: "Cash"}}}
	opening := []column{{period: period{end: c.start.AddDays(-1)}}}
	all, err := balances(ctx, tx, opening)
	if err != nil {
		return out, err
	}
	changes, err := cashChanges(ctx, tx, c.period)
	if err != nil {
		return out, err
	}
	cash := cashTotal(all, len(opening))[0]
	days := c.start.DaysUntil(c.end) + 1
	held := make([][]movement, days)
	for i := range days {
		day := c.start.AddDays(i)
		cash += changes[day]
		held[i] = []movement{{day: day, minor: cash}}
		out.Points = append(out.Points, dayPoint(day, days))
	}
	worth, err := sumInCurrency(ctx, tx, held, currency)
	for _, day := range worth {
		out.Lines[0].Amounts = append(out.Lines[0].Amounts, day[uuid.Nil])
	}
	return out, err
}

// dayPoint returns the point of a day on the time axis. Up to 62 days are all labeled; beyond
// that, only the first of each month is.
func dayPoint(d calendar.Date, days int) chart.Point {
	switch {
	case days <= 62:
		return chart.Point{Label: fmt.Sprint(d.Day()), Group: fmt.Sprintf("%.3s %d", d.Month(), d.Year())}
	case d.Day() == 1:
		return monthPoint(d)
	}
	return chart.Point{}
}

// cashChanges returns the change of the cash accounts on each day.
func cashChanges(ctx context.Context, tx *db.Tx, p period) (map[calendar.Date]int64, error) {
	var mark watermark
	b := &pgx.Batch{}
	mark.queue(b, tx.Call().Organization.ID)
	if err := tx.Send(ctx, b); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, selectCashByDay, tx.Call().Organization.ID, p.start.String(), p.end.String(),
		mark.position, mark.seq)
	if err != nil {
		return nil, err
	}
	out := map[calendar.Date]int64{}
	var day calendar.Date
	var minor int64
	_, err = pgx.ForEachRow(rows, []any{&day, &minor}, func() error {
		out[day] = minor
		return nil
	})
	return out, err
}
