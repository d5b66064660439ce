package salesreports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// salesRow is what was sold of a key in each column.
type salesRow struct {
	key uuid.NullUUID
	// month is the first day of a month, if the rows are months.
	month calendar.Date
	label string
	// minors are the net sales, and kinds those of the requested period by kind.
	minors     []int64
	quantities []decimal.Decimal
	kinds      map[string]int64
}

// sales adds up what was sold.
type sales struct {
	spec     salesSpec
	currency string
	rows     map[string]*salesRow
	// values are the names of the values of the dimension.
	values map[uuid.UUID]string
}

func newSales(spec salesSpec, currency string) *sales {
	return &sales{spec: spec, currency: currency, rows: map[string]*salesRow{}}
}

// asked returns the index of the requested period.
func (s *sales) asked() int { return len(s.spec.columns) - 1 }

// row returns the row of an amount.
func (s *sales) row(a soldAmount) *salesRow {
	key, month := a.Key, calendar.Date{}
	if a.Month != nil {
		month = *a.Month
	}
	for _, v := range a.DimensionValueIDs {
		if _, ofDimension := s.values[v]; ofDimension {
			key = uuid.NullUUID{UUID: v, Valid: true}
		}
	}
	name := fmt.Sprint(key.UUID, month)
	r := s.rows[name]
	if r == nil {
		r = &salesRow{key: key, month: month, minors: make([]int64, len(s.spec.columns)),
			quantities: make([]decimal.Decimal, len(s.spec.columns)), kinds: map[string]int64{}}
		s.rows[name] = r
	}
	return r
}

// add adds the amounts of a column.
func (s *sales) add(column int, amounts []soldAmount) error {
	for _, a := range amounts {
		r := s.row(a)
		quantity := decimal.Zero
		if a.Quantity != "" {
			var err error
			if quantity, err = decimal.NewFromString(a.Quantity); err != nil {
				return err
			}
		}
		columns := []int{column}
		if s.spec.monthsAddUp {
			columns = append(columns, s.asked())
		}
		for _, n := range columns {
			r.minors[n] += a.Minor
			r.quantities[n] = r.quantities[n].Add(quantity)
			if n == s.asked() {
				r.kinds[a.Kind] += a.Minor
			}
		}
	}
	return nil
}

// readDimension reads the values of the dimension whose values the rows stand for.
func (s *sales) readDimension(ctx context.Context, tx *db.Tx) (err error) {
	s.values, err = db.CollectMap[uuid.UUID, string](ctx, tx, `
select id, display_name
from finance.dimension_values
where org_id = $1
and dimension_id = $2`, tx.Call().Organization.ID, s.spec.dimension)
	return err
}

// readNames sets the labels of rows.
func (s *sales) readNames(ctx context.Context, tx *db.Tx) error {
	names := s.values
	if sql := selectNames[s.spec.groupBy]; sql != "" {
		keys := []uuid.UUID{}
		for _, r := range s.rows {
			if r.key.Valid {
				keys = append(keys, r.key.UUID)
			}
		}
		var err error
		if names, err = db.CollectMap[uuid.UUID, string](ctx, tx, sql, tx.Call().Organization.ID, keys); err != nil {
			return err
		}
	}
	for _, r := range s.rows {
		switch {
		case !r.month.IsZero():
			r.label = fmt.Sprintf("%s %d", r.month.Month(), r.month.Year())
		case r.key.Valid:
			r.label = names[r.key.UUID]
		default:
			r.label = "No " + strings.ToLower(s.spec.groupBy.String())
		}
	}
	return nil
}

// selectNames are the statements that read the names of keys.
var selectNames = map[pb.SalesReport_GroupBy]string{
	pb.SalesReport_CUSTOMER: `
select id, display_name
from finance.customers
where org_id = $1
and id = any($2)`,
	pb.SalesReport_ITEM: `
select id, display_name
from finance.items
where org_id = $1
and id = any($2)`,
	pb.SalesReport_ACCOUNT: `
select id, trim(code || ' ' || display_name)
from finance.accounts
where org_id = $1
and id = any($2)`,
}

// report returns the report of the amounts that were added.
func (s *sales) report() (*pb.SalesReport, error) {
	out := &pb.SalesReport{StartDate: s.spec.period.Start.String(), EndDate: s.spec.period.End.String(),
		GroupBy: s.spec.groupBy, Basis: pb.AccountingBasis_ACCRUAL}
	if s.spec.isCash {
		out.Basis = pb.AccountingBasis_CASH
	}
	for _, c := range s.spec.columns {
		out.Columns = append(out.Columns, &pb.ReportColumn{Label: cmp.Or(c.Label, c.Period.String()),
			StartDate: c.Start.String(), EndDate: c.End.String()})
	}
	totals, kinds := make([]int64, len(s.spec.columns)), map[string]int64{}
	rows := s.sorted()
	for _, r := range rows {
		for n, minor := range r.minors {
			totals[n] += minor
		}
		for kind, minor := range r.kinds {
			kinds[kind] += minor
		}
	}
	if err := checkSums(totals...); err != nil {
		return nil, err
	}
	for _, r := range rows {
		out.Rows = append(out.Rows, s.shown(r, totals[s.asked()]))
	}
	out.Totals, out.Total = moneys(totals, s.currency), money.ToProto(totals[s.asked()], s.currency)
	out.Invoiced, out.Credited = money.ToProto(kinds["INVOICED"], s.currency), money.ToProto(kinds["CREDITED"], s.currency)
	out.Discounts, out.Other = money.ToProto(kinds["DISCOUNT"], s.currency), money.ToProto(kinds["OTHER"], s.currency)
	out.Series = []*pb.ReportSeries{{Label: "Net sales", Amounts: out.Totals}}
	return out, nil
}

// sorted returns the rows with amounts: months by date, others by what they sold in the requested
// period, the largest first.
func (s *sales) sorted() (rows []*salesRow) {
	for _, r := range s.rows {
		hasAmount := slices.ContainsFunc(r.minors, func(minor int64) bool { return minor != 0 })
		hasQuantity := slices.ContainsFunc(r.quantities, func(q decimal.Decimal) bool { return !q.IsZero() })
		if hasAmount || hasQuantity {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(x, y *salesRow) int {
		return cmp.Or(x.month.Compare(y.month), cmp.Compare(y.minors[s.asked()], x.minors[s.asked()]),
			strings.Compare(x.label, y.label), strings.Compare(x.key.UUID.String(), y.key.UUID.String()))
	})
	return rows
}

// shown returns a row as it is shown.
func (s *sales) shown(r *salesRow, total int64) *pb.SalesReport_Row {
	prefixes := map[pb.SalesReport_GroupBy]string{pb.SalesReport_CUSTOMER: "cus", pb.SalesReport_ITEM: "itm",
		pb.SalesReport_ACCOUNT: "acc", pb.SalesReport_DIMENSION: "dmv"}
	out := &pb.SalesReport_Row{Key: formatID(prefixes[s.spec.groupBy], r.key), Label: r.label,
		Amounts:  moneys(r.minors, s.currency),
		Invoiced: money.ToProto(r.kinds["INVOICED"], s.currency), Credited: money.ToProto(r.kinds["CREDITED"], s.currency),
		Discounts: money.ToProto(r.kinds["DISCOUNT"], s.currency), Other: money.ToProto(r.kinds["OTHER"], s.currency),
		DrillFilter: s.drillFilter(r)}
	if !r.month.IsZero() {
		out.Key = r.month.String()[:len("2026-11")]
	}
	if s.spec.groupBy == pb.SalesReport_ITEM && !s.spec.isCash {
		for _, q := range r.quantities {
			out.Quantities = append(out.Quantities, q.String())
		}
	}
	if total != 0 {
		out.Percentage = decimal.NewFromInt(r.minors[s.asked()]).Mul(decimal.NewFromInt(100)).
			DivRound(decimal.NewFromInt(total), 2).StringFixed(2)
	}
	return out
}

// drillFilter returns the filter that lists the journal lines behind the requested period of a row,
// or "" if there is none.
func (s *sales) drillFilter(r *salesRow) string {
	if s.spec.isCash || s.spec.customer != nil || s.spec.groupBy != pb.SalesReport_ACCOUNT {
		return ""
	}
	filters := []string{fmt.Sprintf("account_id = %q", id.Format("acc", r.key.UUID)),
		fmt.Sprintf("date >= %q", s.spec.period.Start), fmt.Sprintf("date <= %q", s.spec.period.End), "closing = false"}
	if s.spec.known != nil {
		filters = append(filters, fmt.Sprintf("post_time <= %q", s.spec.known.UTC().Format(time.RFC3339Nano)))
	}
	for _, v := range s.spec.within {
		filters = append(filters, fmt.Sprintf("dimension_value_ids : %q", id.Format("dmv", v)))
	}
	return joined(filters...)
}
