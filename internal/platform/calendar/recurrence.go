package calendar

// Recurrence is a series of days: the first, and one every so many days or months after
// it. Months are counted from the first day, so that the 31st comes back after February.
type Recurrence struct {
	First        Date
	Days, Months int
}

// From is the first day of the series that is not before d.
func (r Recurrence) From(d Date) Date {
	n := max(r.before(d), 0)
	for r.nth(n).Before(d) {
		n++
	}
	return r.nth(n)
}

// Between counts the days of the series from one day on and before another.
func (r Recurrence) Between(from, until Date) int {
	count := 0
	for d := r.From(from); d.Before(until); d = r.From(d.AddDays(1)) {
		count++
	}
	return count
}

// before is a number whose day is near d, and not after it.
func (r Recurrence) before(d Date) int {
	if r.Days > 0 {
		return r.First.DaysUntil(d) / r.Days
	}
	months := (d.Year()-r.First.Year())*12 + int(d.Month()) - int(r.First.Month())
	return months/max(r.Months, 1) - 1
}

func (r Recurrence) nth(n int) Date {
	if r.Days > 0 {
		return r.First.AddDays(n * r.Days)
	}
	return r.First.AddMonths(n * max(r.Months, 1))
}
