package calendar

import "time"

// Clock tells the time. It is the only place that asks the machine for it; everything else is given a Clock, so that an
// organization's time can be moved. The zero Clock is the system's.
type Clock struct {
	now    func() time.Time
	offset time.Duration
}

// System is the machine's clock.
func System() Clock { return Clock{} }

// Fixed is a clock that stands still at t.
func Fixed(t time.Time) Clock {
	return At(func() time.Time { return t })
}

// At is a clock that shows what now answers, for tests that move time by hand.
func At(now func() time.Time) Clock { return Clock{now: now} }

// Shifted is the same clock put forward by offset, or back if it is negative. Shifts add up.
func (c Clock) Shifted(offset time.Duration) Clock {
	return Clock{now: c.now, offset: c.offset + offset}
}

// Now is the present instant in UTC, cut to the microseconds that Postgres stores, so that a time read back is the same.
func (c Clock) Now() time.Time {
	now := c.now
	if now == nil {
		now = time.Now
	}
	return now().Add(c.offset).UTC().Truncate(time.Microsecond)
}

// Today is the present day in loc.
func (c Clock) Today(loc *time.Location) Date { return Of(c.Now(), loc) }
