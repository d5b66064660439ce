package calendar

// Recurrence is a series of days: a first day, and then one every Days days or every Months months.
// Months are counted from the first day, so a series on the 31st returns to the 31st after
// February. Days takes precedence if both are set.
type Recurrence struct {
	First        Date
	Days, Months int
}

// OnOrAfter returns the first day of the series on or after d.
func (r Recurrence) OnOrAfter(d Date) Date {
	n := max(r.indexBefore(d), 0)
	for r.nth(n).Before(d) {
		n++
	}
	return r.nth(n)
}

// CountBetween returns the number of days in the series on or after from and before until.
func (r Recurrence) CountBetween(from, until Date) int {
	count := 0
	for d := r.OnOrAfter(from); d.Before(until); d = r.OnOrAfter(d.AddDays(1)) {
		count++
	}
	return count
}

// indexBefore returns the index of a day of the series that is close to d and not after it. The
// result may be negative.
func (r Recurrence) indexBefore(d Date) int {
	if r.Days > 0 {
		return r.First.DaysUntil(d) / r.Days
	}
	months := (d.Year()-r.First.Year())*12 + int(d.Month()) - int(r.First.Month())
	return months/max(r.Months, 1) - 1
}

// nth returns the nth day of the series; the first has index 0.
func (r Recurrence) nth(n int) Date {
	if r.Days > 0 {
		return r.First.AddDays(n * r.Days)
	}
	return r.First.AddMonths(n * max(r.Months, 1))
}
