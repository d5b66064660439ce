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

// maxNamedDates is how many dates without a rate a refusal names.
const maxNamedDates = 5

// RatesByDay are the prices of one currency in another on each of some days: the rate an
// entry of that day would be booked at. It refuses, in the request's field, when days have
// none, and names them.
func RatesByDay(ctx context.Context, tx *db.Tx, field, from, to string, days []calendar.Date) (map[calendar.Date]decimal.Decimal, error) {
	out := make(map[calendar.Date]decimal.Decimal, len(days))
	if len(days) == 0 {
		return out, nil
	}
	days = slices.SortedFunc(slices.Values(days), calendar.Date.Compare)
	kept, err := ratesAround(ctx, tx, []string{from, to}, days[0], days[len(days)-1])
	if err != nil {
		return nil, err
	}
	var missing []calendar.Date
	for _, day := range slices.Compact(days) {
		rate, _, ok := kept.around(day).on(from, to, day)
		if !ok {
			missing = append(missing, day)
		}
		out[day] = rate
	}
	if len(missing) > 0 {
		return nil, fault.InvalidFor(optionsv1.Reason_EXCHANGE_RATE_MISSING,
			fault.At(field, "no exchange rate of %s in %s is kept for %s, or the %d days before", from, to, inWords(missing), maxRateAge))
	}
	return out, nil
}

// around are the rates that may hold on a day, of rates from the newest to the oldest.
func (all rates) around(day calendar.Date) rates {
	oldest := day.AddDays(-maxRateAge)
	first := sort.Search(len(all), func(i int) bool { return !all[i].date.After(day) })
	last := sort.Search(len(all), func(i int) bool { return all[i].date.Before(oldest) })
	return all[first:last]
}

// inWords names days, the first of many.
func inWords(days []calendar.Date) string {
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
