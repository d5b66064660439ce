// Package comparison determines the columns of reports: the requested period or date, and those
// with which it is compared, oldest first. It is pure code, shared by the financial statements and
// the reports on sales, so that a comparison means the same in all of them.
package comparison

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
)

// MaxColumns is the maximum number of columns of a report.
const MaxColumns = 36

// TotalLabel is the label of a column that adds up the others.
const TotalLabel = "Total"

// Period is a range of days, both inclusive. A zero start means all days up to the end.
type Period struct{ Start, End calendar.Date }

// String returns the label of a column of the period.
func (p Period) String() string {
	if p.Start.IsZero() {
		return p.End.String()
	}
	return p.Start.String() + " – " + p.End.String()
}

// Column is a period or date of a report.
type Column struct {
	Period
	// Label is empty for the only column of a report without comparison.
	Label string
	// Asked is true for the period or date that the caller asked for.
	Asked bool
}

// Columns returns the columns of a comparison with a period or date, oldest first. Months of a
// period are followed by their total, which is the period. It refuses more than MaxColumns months.
func Columns(asked Period, how pb.Compare, count int) ([]Column, error) {
	switch how {
	case pb.Compare_MONTHS:
		out, err := Months(asked)
		switch {
		case err != nil:
			return nil, err
		case asked.Start.IsZero():
			out[len(out)-1].Asked = true
			return out, nil
		}
		return append(out, Column{Period: asked, Label: TotalLabel, Asked: true}), nil
	case pb.Compare_PREVIOUS_PERIOD, pb.Compare_PREVIOUS_YEAR:
		var out []Column
		for n := count; n >= 1; n-- {
			earlier := asked.Earlier(how, n)
			out = append(out, Column{Period: earlier, Label: earlier.String()})
		}
		return append(out, Column{Period: asked, Label: asked.String(), Asked: true}), nil
	}
	return []Column{{Period: asked, Asked: true}}, nil
}

// Count returns the number of periods to compare with, of which 0 means one. It refuses a number
// without a comparison that repeats, and one of which the columns would be too many.
func Count(how pb.Compare, requested int32) (int, error) {
	var violations fault.List
	if requested != 0 && how != pb.Compare_PREVIOUS_PERIOD && how != pb.Compare_PREVIOUS_YEAR {
		violations.Append(fault.At("compareCount", "needs compare PREVIOUS_PERIOD or PREVIOUS_YEAR"))
	}
	if requested < 0 || requested >= MaxColumns {
		violations.Append(fault.At("compareCount", "must be 1 to %d", MaxColumns-1))
	}
	return max(int(requested), 1), violations.Err()
}

// Months divides a period into calendar months. A single date is compared with the month ends of
// the twelve months up to it.
func Months(of Period) (out []Column, err error) {
	start := of.Start
	if start.IsZero() {
		start = of.End.AddMonths(-11).FirstOfMonth()
	}
	for at := start; !at.After(of.End); at = at.FirstOfMonth().AddMonths(1) {
		if len(out) == MaxColumns {
			return nil, fault.Invalid(fault.At("compare", "results in more than %d columns; request a shorter period",
				MaxColumns))
		}
		next := Column{Period: of, Label: at.String()[:len("2026-11")]}
		if !of.Start.IsZero() {
			next.Start = at
		}
		next.End = calendar.Earlier(at.LastOfMonth(), of.End)
		out = append(out, next)
		if at.FirstOfMonth().AddMonths(1) == at.FirstOfMonth() {
			break // the calendar has no later month
		}
	}
	return out, nil
}

// Earlier returns the period n periods or n years before. Whole months move back by months, other
// periods by days.
func (p Period) Earlier(how pb.Compare, n int) Period {
	whole := p.End == p.End.LastOfMonth()
	back := func(d calendar.Date, months int) calendar.Date {
		d = d.AddMonths(-months * n)
		if whole && d.AddDays(1).Day() != 1 {
			return d.LastOfMonth()
		}
		return d
	}
	switch {
	case how == pb.Compare_PREVIOUS_YEAR && p.Start.IsZero():
		return Period{End: back(p.End, 12)}
	case how == pb.Compare_PREVIOUS_YEAR:
		return Period{p.Start.AddMonths(-12 * n), back(p.End, 12)}
	case p.Start.IsZero():
		return Period{End: back(p.End, 1)}
	case whole && p.Start.Day() == 1:
		months := (p.End.Year()-p.Start.Year())*12 + int(p.End.Month()) - int(p.Start.Month()) + 1
		return Period{p.Start.AddMonths(-months * n), back(p.End, months)}
	}
	days := p.Start.DaysUntil(p.End) + 1
	return Period{p.Start.AddDays(-days * n), p.End.AddDays(-days * n)}
}
