package calendar

import "time"

// Clock returns the current time. Only Clock reads the machine's time. All other code receives a
// Clock, so an organization's time can be shifted. The zero Clock is the system clock.
type Clock struct {
	now    func() time.Time
	offset time.Duration
}

// System returns the machine's clock.
func System() Clock { return Clock{} }

// Fixed returns a clock that always shows t.
func Fixed(t time.Time) Clock {
	return NewClock(func() time.Time { return t })
}

// NewClock returns a clock that shows the result of now, for tests that set the time.
func NewClock(now func() time.Time) Clock { return Clock{now: now} }

// Shifted returns the clock moved forward by offset, or back if offset is negative. Shifts add up.
func (c Clock) Shifted(offset time.Duration) Clock {
	return Clock{now: c.now, offset: c.offset + offset}
}

// Now returns the current instant in UTC. It is truncated to microseconds, the precision of
// PostgreSQL, so that a stored time equals the original.
func (c Clock) Now() time.Time {
	now := c.now
	if now == nil {
		now = time.Now
	}
	return now().Add(c.offset).UTC().Truncate(time.Microsecond)
}

// Today returns the current date in loc.
func (c Clock) Today(loc *time.Location) Date { return DateOf(c.Now(), loc) }
