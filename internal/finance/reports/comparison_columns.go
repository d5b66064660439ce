package reports

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
)

// comparisonColumns returns the columns of a comparison with the asked period or date, oldest
// first. Months of a period are followed by their total, which is the asked period.
func comparisonColumns(asked column, how pb.Compare, count int) ([]column, error) {
	part := asked
	asked.asked, part.asked = true, false
	switch how {
	case pb.Compare_MONTHS:
		out, err := monthColumns(part)
		if asked.start.IsZero() && err == nil {
			out[len(out)-1].asked = true
			return out, nil
		}
		asked.label = totalLabel
		return append(out, asked), err
	case pb.Compare_PREVIOUS_PERIOD, pb.Compare_PREVIOUS_YEAR:
		var out []column
		for n := count; n >= 1; n-- {
			part.period = asked.earlier(how, n)
			part.label = part.period.String()
			out = append(out, part)
		}
		asked.label = asked.period.String()
		return append(out, asked), nil
	}
	return []column{asked}, nil
}

// monthColumns divides a period into calendar months. A single date is compared with the month
// ends of the twelve months up to it.
func monthColumns(first column) (out []column, err error) {
	start := first.start
	if start.IsZero() {
		start = first.end.AddMonths(-11).FirstOfMonth()
	}
	for at := start; !at.After(first.end); at = at.FirstOfMonth().AddMonths(1) {
		if len(out) == maxColumns {
			return nil, fault.Invalid(fault.At("compare", "results in more than %d columns; request a shorter period",
				maxColumns))
		}
		next := first
		next.label = at.String()[:len("2026-11")]
		if !first.start.IsZero() {
			next.start = at
		}
		if next.end = at.LastOfMonth(); next.end.After(first.end) {
			next.end = first.end
		}
		out = append(out, next)
		if at.FirstOfMonth().AddMonths(1) == at.FirstOfMonth() {
			break // the calendar has no later month
		}
	}
	return out, nil
}

// earlier returns the period n periods or n years before. Whole months move back by months,
// other periods by days.
func (p period) earlier(how pb.Compare, n int) period {
	whole := p.end == p.end.LastOfMonth()
	back := func(d calendar.Date, months int) calendar.Date {
		d = d.AddMonths(-months * n)
		if whole && d.AddDays(1).Day() != 1 {
			return d.LastOfMonth()
		}
		return d
	}
	switch {
	case how == pb.Compare_PREVIOUS_YEAR && p.start.IsZero():
		return period{end: back(p.end, 12)}
	case how == pb.Compare_PREVIOUS_YEAR:
		return period{p.start.AddMonths(-12 * n), back(p.end, 12)}
	case p.start.IsZero():
		return period{end: back(p.end, 1)}
	case whole && p.start.Day() == 1:
		months := (p.end.Year()-p.start.Year())*12 + int(p.end.Month()) - int(p.start.Month()) + 1
		return period{p.start.AddMonths(-months * n), back(p.end, months)}
	}
	days := p.start.DaysUntil(p.end) + 1
	return period{p.start.AddDays(-days * n), p.end.AddDays(-days * n)}
}

// String returns the period's column label.
func (p period) String() string {
	if p.start.IsZero() {
		return p.end.String()
	}
	return p.start.String() + " – " + p.end.String()
}
