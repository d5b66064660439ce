package profitability

import (
	"math/big"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/calendar"
)

// secondsPerHour is the number of seconds of an hour.
const secondsPerHour = 3600

// costRules say how pay becomes the cost of an hour.
type costRules struct {
	// yearSeconds is the time that a full-time person works in a year.
	yearSeconds int64
	// employerFactor multiplies pay, such as by 1.215 for 21.5 % on top of it.
	employerFactor *big.Rat
}

// span is the cost of an hour from a day to a day, "" if it continues. The amount is in minor units
// of a currency, and exact.
type span struct {
	start, end, id, currency string
	amount                   *big.Rat
}

func (s span) holds(day string) bool { return s.start <= day && (s.end == "" || day <= s.end) }

// hourlyCost is what an hour costs, in minor units of the organization's currency. The amount is
// nil if it is unknown.
type hourlyCost struct {
	source pb.HourlyCost_Source
	id     string
	amount *big.Rat
}

// equals reports whether two costs are the same and come from the same record.
func (c hourlyCost) equals(other hourlyCost) bool {
	return c.source == other.source && c.id == other.id && (c.amount == nil) == (other.amount == nil) &&
		(c.amount == nil || c.amount.Cmp(other.amount) == 0)
}

// costs are the costs of the hours of persons.
type costs struct {
	// own are the cost rates of persons, and pay is what they are paid.
	own, pay map[uuid.UUID][]span
	standard []span
	base     string
	// price returns the price of a minor unit of a currency in those of the organization's on a
	// day, nil if it is unknown.
	price func(currency, day string) *big.Rat
}

// on returns the cost of an hour of a person on a day: that of their pay, or else of their cost
// rate, or else the standard. Pay in a currency without a price is unknown: another cost would be a
// guess.
func (c costs) on(person uuid.UUID, day string) hourlyCost {
	for _, level := range []struct {
		source pb.HourlyCost_Source
		spans  []span
	}{
		{pb.HourlyCost_COMPENSATION, c.pay[person]}, {pb.HourlyCost_COST_RATE, c.own[person]},
		{pb.HourlyCost_STANDARD, c.standard},
	} {
		at := slices.IndexFunc(level.spans, func(s span) bool { return s.holds(day) })
		if at < 0 {
			continue
		}
		if amount := c.convert(level.spans[at], day); amount != nil {
			return hourlyCost{level.source, level.spans[at].id, amount}
		}
		break
	}
	return hourlyCost{source: pb.HourlyCost_UNKNOWN}
}

// convert returns the amount of a span in the organization's currency on a day, nil if it is
// unknown.
func (c costs) convert(s span, day string) *big.Rat {
	if s.currency == c.base {
		return s.amount
	}
	price := c.price(s.currency, day)
	if price == nil {
		return nil
	}
	return price.Mul(price, s.amount)
}

// changes returns the days after start and until end on which the cost of an hour of a person can
// change, sorted.
func (c costs) changes(person uuid.UUID, start, end calendar.Date) (days []string) {
	for _, s := range slices.Concat(c.own[person], c.pay[person], c.standard) {
		days = append(days, s.start)
		if last, err := calendar.ParseDate(s.end); err == nil {
			days = append(days, last.AddDays(1).String())
		}
		if s.currency != c.base {
			days = append(days, c.priceChanges(s, start, end)...)
		}
	}
	days = slices.DeleteFunc(days, func(d string) bool { return d <= start.String() || d > end.String() })
	slices.Sort(days)
	return slices.Compact(days)
}

// priceChanges returns the days of a span on which the price of its currency changes.
func (c costs) priceChanges(s span, start, end calendar.Date) (days []string) {
	before := c.price(s.currency, start.String())
	for d := start.AddDays(1); !d.After(end); d = d.AddDays(1) {
		now := c.price(s.currency, d.String())
		if (now == nil) != (before == nil) || now != nil && now.Cmp(before) != 0 {
			days = append(days, d.String())
		}
		before = now
	}
	return days
}
