package ledger

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/shopspring/decimal"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// maxNamedDates is the maximum number of dates that an error lists.
const maxNamedDates = 5

// RatesByDay returns the price of one currency in another on each day, at which an entry of that
// day would be posted. It fails with EXCHANGE_RATE_MISSING for the request field, and lists the
// days that have no rate.
func RatesByDay(
	ctx context.Context, tx *db.Tx, field, from, to string, days []calendar.Date,
) (map[calendar.Date]decimal.Decimal, error) {
	out, err := FindRatesByDay(ctx, tx, from, to, days)
	if err != nil {
		return nil, err
	}
	var missing []calendar.Date
	for _, day := range slices.Compact(slices.SortedFunc(slices.Values(days), calendar.Date.Compare)) {
		if _, found := out[day]; !found {
			missing = append(missing, day)
		}
	}
	if len(missing) > 0 {
		return nil, fault.InvalidFor(optionsv1.Reason_EXCHANGE_RATE_MISSING,
			fault.At(field, "has no exchange rate from %s to %s on %s, or in the %d days before", from, to,
				formatDays(missing), maxRateAge))
	}
	return out, nil
}

// FindRatesByDay returns the price of one currency in another on each day that has a rate.
func FindRatesByDay(
	ctx context.Context, tx *db.Tx, from, to string, days []calendar.Date,
) (map[calendar.Date]decimal.Decimal, error) {
	out := make(map[calendar.Date]decimal.Decimal, len(days))
	if len(days) == 0 {
		return out, nil
	}
	first, last := slices.MinFunc(days, calendar.Date.Compare), slices.MaxFunc(days, calendar.Date.Compare)
	kept, err := readRates(ctx, tx, []string{from, to}, first, last)
	for _, day := range days {
		if _, done := out[day]; done {
			continue
		}
		if rate, _, ok := kept.validOn(day).find(from, to, day); ok {
			out[day] = rate
		}
	}
	return out, err
}

// validOn returns the rates that are valid on a day.
func (all rates) validOn(day calendar.Date) rates {
	oldest := day.AddDays(-maxRateAge)
	first := sort.Search(len(all), func(i int) bool { return !all[i].date.After(day) })
	last := sort.Search(len(all), func(i int) bool { return all[i].date.Before(oldest) })
	return all[first:last]
}

// formatDays lists days, at most maxNamedDates of them.
func formatDays(days []calendar.Date) string {
	var names []string
	for _, d := range days[:min(len(days), maxNamedDates)] {
		names = append(names, d.String())
	}
	out := strings.Join(names, ", ")
	if more := len(days) - len(names); more > 0 {
		out += fmt.Sprintf(" and %d more days", more)
	}
	return out
}
