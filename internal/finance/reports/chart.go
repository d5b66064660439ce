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

// DrawChart answers a picture of a period.
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
	picture, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (chart.Chart, error) { return read(ctx, tx, first, currency) })
	if err != nil {
		return nil, err
	}
	picture.Subtitle = fmt.Sprintf("%s · %s · %s", c.Organization.DisplayName, currency, first.period)
	picture.Digits, _ = money.Digits(currency)
	rpc.NameFile(ctx, rpc.FileName(picture.Title+" in "+currency, first.start.String()+" to "+first.end.String(), req.GetFormat().String()))
	return picture.File(req.GetFormat().String())
}

// chartColumn reads the period of a chart, by default twelve months, what narrows it, and
// its currency.
func chartColumn(c *call.Call, req *pb.DrawChartRequest) (_ column, currency string, _ error) {
	var violations fault.List
	end := date(&violations, "endDate", req.GetEndDate(), c.Today())
	start := date(&violations, "startDate", req.GetStartDate(), end.FirstOfMonth().AddMonths(-11))
	switch {
	case start.After(end):
		violations.Append(fault.At("startDate", "must not be after the end, %s", end))
	case !start.AddMonths(maxColumns).After(end):
		violations.Append(fault.At("startDate", "must be less than %d months before the end, %s", maxColumns, end))
	}
	out := narrow(&violations, req, column{period: period{start, end}, operating: true})
	if req.GetChart() == pb.DrawChartRequest_CASH_BALANCE {
		if len(req.GetDimensionValueIds()) > 0 {
			violations.Append(fault.At("dimensionValueIds", "is no part of %s", req.GetChart()))
		}
		if req.GetKnownAt() != nil {
			violations.Append(fault.At("knownAt", "is no part of %s", req.GetChart()))
		}
	}
	violations.Gather("", presentable(req.GetCurrencyCode(), out, false))
	return out, cmp.Or(req.GetCurrencyCode(), c.Organization.CurrencyCode), violations.Err()
}

// profitByMonth sets income and expenses side by side.
func profitByMonth(ctx context.Context, tx *db.Tx, whole column, currency string) (chart.Chart, error) {
	out := chart.Chart{Title: "Profit and loss by month"}
	columns, err := monthly(whole)
	if err != nil {
		return out, err
	}
	st, err := spec{columns: columns, currency: currency}.statement(ctx, tx)
	if err != nil {
		return out, err
	}
	for _, c := range columns {
		out.Points = append(out.Points, pointOf(c.start))
	}
	out.Bars = []chart.Series{
		{Label: "Income", Amounts: st.sum(credit, ofType(pb.Account_INCOME))},
		{Label: "Expenses", Amounts: st.sum(debit, ofType(pb.Account_EXPENSE))},
	}
	out.Lines = []chart.Series{{Label: "Net income", Amounts: st.earnings()}}
	return out, nil
}

// pointOf is a month on the axis of time.
func pointOf(d calendar.Date) chart.Point {
	return chart.Point{Label: d.Month().String()[:3], Group: fmt.Sprint(d.Year())}
}

// cashByDay follows the cash accounts from day to day, in another currency at each day's
// rate.
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
	cash := cashOf(all, len(opening))[0]
	days := c.start.DaysUntil(c.end) + 1
	held := make([][]movement, days)
	for i := range days {
		day := c.start.AddDays(i)
		cash += changes[day]
		held[i] = []movement{{day: day, minor: cash}}
		out.Points = append(out.Points, dayPoint(day, days))
	}
	worth, err := valued(ctx, tx, held, currency)
	for _, day := range worth {
		out.Lines[0].Amounts = append(out.Lines[0].Amounts, day[uuid.Nil])
	}
	return out, err
}

// dayPoint is a day on the axis of time: of a few weeks each is named, of more the first
// of each month.
func dayPoint(d calendar.Date, days int) chart.Point {
	switch {
	case days <= 62:
		return chart.Point{Label: fmt.Sprint(d.Day()), Group: fmt.Sprintf("%.3s %d", d.Month(), d.Year())}
	case d.Day() == 1:
		return pointOf(d)
	}
	return chart.Point{}
}

// cashChanges is what moved the cash accounts, day by day.
func cashChanges(ctx context.Context, tx *db.Tx, p period) (map[calendar.Date]int64, error) {
	var mark watermark
	b := &pgx.Batch{}
	mark.queue(b, tx.Call().Organization.ID)
	if err := tx.Send(ctx, b); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, selectCashByDay, tx.Call().Organization.ID, p.start.String(), p.end.String(), mark.position, mark.seq)
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
