package timebilling

import (
	pb "backoffice/gen/go/backoffice/operations/v1"
)

// allHours is the scope of the rates that price all hours.
const allHours = "all"

// hour is work of which the price is asked. Each identifier can be empty.
type hour struct {
	person, task, project, customer string
	// date is the day of the work.
	date string
	// currency is that of what is billed.
	currency string
}

// level is a kind of rate: what it is for, in words, and its scope.
type level struct{ words, scope string }

// scopeOf returns the scope of the rates for work of a person. Both can be empty.
func scopeOf(work, person string) string {
	switch {
	case work == "" && person == "":
		return allHours
	case work == "":
		return person
	case person == "":
		return work
	}
	return work + "+" + person
}

// levels returns the kinds of rate that can price an hour, the most specific first.
func (h hour) levels() (levels []level) {
	for _, work := range []struct{ words, id string }{
		{"task", h.task}, {"project", h.project}, {"customer", h.customer},
	} {
		if work.id == "" {
			continue
		}
		if h.person != "" {
			levels = append(levels, level{work.words + ", person", scopeOf(work.id, h.person)})
		}
		levels = append(levels, level{work.words, work.id})
	}
	if h.person != "" {
		levels = append(levels, level{"person", h.person})
	}
	return append(levels, level{"all hours", allHours})
}

// rates are billing rates by scope.
type rates map[string][]*pb.BillingRate

// on returns the rate of a scope on a day, nil if there is none.
func (r rates) on(scope, date string) *pb.BillingRate {
	for _, b := range r[scope] {
		if b.StartDate <= date && (b.EffectiveEndDate == "" || date <= b.EffectiveEndDate) {
			return b
		}
	}
	return nil
}

// choice is the rate of an hour.
type choice struct {
	// rate is nil if none applies.
	rate *pb.BillingRate
	// decidedBy says what the rate is for.
	decidedBy string
	// ignored are more specific rates in other currencies.
	ignored []*pb.BillingRate
}

// choose returns the most specific rate of an hour in the currency of what is billed.
func (r rates) choose(h hour) (c choice) {
	for _, l := range h.levels() {
		b := r.on(l.scope, h.date)
		switch {
		case b == nil:
		case b.HourlyRate.GetCurrencyCode() != h.currency:
			c.ignored = append(c.ignored, b)
		default:
			c.rate, c.decidedBy = b, l.words
			return c
		}
	}
	return c
}
