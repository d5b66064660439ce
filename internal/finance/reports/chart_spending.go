package reports

import (
	"cmp"
	"context"
	_ "embed"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

//go:embed spending_by_line.sql
var selectSpending string

// maxSeries is the maximum number of series of a chart with one series for each account, payee or
// vendor.
const maxSeries = 8

// largestSeries returns the largest series first, by the sum of the sizes of their amounts, without
// those that are all zero. If there are too many, the last one adds up the rest under a label.
func largestSeries(list []chartSeries, rest string) []chartSeries {
	size := func(s chartSeries) (sum int64) {
		for _, minor := range s.amounts {
			sum += max(minor, -minor) / int64(len(s.amounts))
		}
		return sum
	}
	list = slices.DeleteFunc(list, func(s chartSeries) bool { return s.amounts.isZero() })
	slices.SortStableFunc(list, func(a, b chartSeries) int {
		return cmp.Or(cmp.Compare(size(b), size(a)), cmp.Compare(a.label, b.label))
	})
	if len(list) <= maxSeries {
		return list
	}
	out := chartSeries{label: rest}
	for _, s := range list[maxSeries-1:] {
		out.amounts = out.amounts.plus(s.amounts)
	}
	return append(list[:maxSeries-1:maxSeries-1], out)
}

// spendingByCategory returns the expenses of each month by account.
func spendingByCategory(ctx context.Context, tx *db.Tx, whole column, currency string) (out chartData, err error) {
	out.isStacked = true
	if out.columns, err = monthColumns(whole); err != nil {
		return out, err
	}
	st, err := spec{columns: out.columns, currency: currency}.statement(ctx, tx)
	if err != nil {
		return out, err
	}
	for _, b := range st.balances {
		if b.is(pb.Account_EXPENSE) && b.ID != noAccount {
			out.bars = append(out.bars, chartSeries{label: b.DisplayName, account: id.Format("acc", b.ID), amounts: b.Minor})
		}
	}
	out.bars = largestSeries(out.bars, "Other categories")
	return out, nil
}

// spendingByPayee returns the expenses of each month by payee.
func spendingByPayee(ctx context.Context, tx *db.Tx, whole column, currency string) (chartData, error) {
	return spendingBy(ctx, tx, whole, currency, "Other payees", func(s spending) (string, chartSeries) {
		if s.Payee == "" {
			return "", chartSeries{label: "No payee"}
		}
		return s.Payee, chartSeries{label: cmp.Or(s.Name, s.Payee)}
	})
}

// spendingByVendor returns the expenses of each month by vendor.
func spendingByVendor(ctx context.Context, tx *db.Tx, whole column, currency string) (chartData, error) {
	type vendor struct {
		ID          uuid.UUID
		DisplayName string
	}
	list, err := db.Collect[vendor](ctx, tx, `
select id, display_name
from finance.vendors
where org_id = $1`, tx.Call().Organization.ID)
	if err != nil {
		return chartData{}, err
	}
	names := map[uuid.UUID]string{}
	for _, v := range list {
		names[v.ID] = v.DisplayName
	}
	return spendingBy(ctx, tx, whole, currency, "Other vendors", func(s spending) (string, chartSeries) {
		if !s.VendorID.Valid {
			return "", chartSeries{label: "No vendor"}
		}
		key := id.Format("ven", s.VendorID.UUID)
		return key, chartSeries{label: names[s.VendorID.UUID], vendor: key}
	})
}

// spending is the expenses of a day with one payee and vendor. Name is the payee as the bank writes
// it.
type spending struct {
	Payee    string
	Name     string
	VendorID uuid.NullUUID
	Date     calendar.Date
	Minor    int64
}

// spendingBy returns the expenses of each month, in one series for each key that name returns. A
// series has the label of its latest day.
func spendingBy(
	ctx context.Context, tx *db.Tx, whole column, currency, rest string, name func(spending) (string, chartSeries),
) (out chartData, err error) {
	out.isStacked = true
	if out.columns, err = monthColumns(whole); err != nil {
		return out, err
	}
	list, err := db.Collect[spending](ctx, tx, selectSpending, tx.Call().Organization.ID, whole.startArg(),
		whole.end.String(), whole.withinArg(), whole.knownAtArg())
	if err != nil {
		return out, err
	}
	places := map[string]int{} // of the series, by key
	moved := make([][]movement, len(out.columns))
	var order []uuid.UUID
	for _, s := range list {
		key, series := name(s)
		place, known := places[key]
		if !known {
			place, places[key] = len(order), len(order)
			// Movements are added up by account; a number stands for the series.
			order = append(order, uuid.UUID{15: byte(place), 14: byte(place >> 8), 13: byte(place >> 16), 0: 1})
			out.bars = append(out.bars, series)
		}
		out.bars[place].label = series.label
		at := slices.IndexFunc(out.columns, func(c column) bool { return !s.Date.After(c.end) })
		moved[at] = append(moved[at], movement{order[place], s.Date, s.Minor})
	}
	sums, err := sumInCurrency(ctx, tx, moved, currency)
	for i := range out.bars {
		for _, month := range sums {
			out.bars[i].amounts = append(out.bars[i].amounts, month[order[i]])
		}
	}
	out.bars = largestSeries(out.bars, rest)
	return out, err
}
