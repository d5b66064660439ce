package calendar

import (
	"fmt"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // so that results are the same on a machine without a zone database
)

// Zones caches time zones by name, so they are not read from disk for each request. The zero value
// is ready to use and safe for concurrent use. The cache grows at most to the size of the zone
// database.
type Zones struct {
	loaded sync.Map // name to *time.Location
}

// Load returns the zone as LoadZone does, from the cache if possible.
func (z *Zones) Load(name string) (*time.Location, error) {
	if loc, ok := z.loaded.Load(name); ok {
		return loc.(*time.Location), nil
	}
	loc, err := LoadZone(name)
	if err != nil {
		return nil, err
	}
	z.loaded.Store(name, loc)
	return loc, nil
}

// LoadZone loads a time zone by its IANA name, such as "Europe/Berlin" or "UTC". It refuses "" and
// "Local", whose meaning depends on the machine, and files in a system's zone folder that are not
// zones.
func LoadZone(name string) (*time.Location, error) {
	const longest = 64
	if len(name) > longest || !isPortableZoneName(name) {
		return nil, fmt.Errorf("not a time zone: %.64q; want an IANA name such as Europe/Berlin", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("unknown time zone %q: want an IANA name such as Europe/Berlin", name)
	}
	return loc, nil
}

// isPortableZoneName reports whether a name means the same zone on every machine.
func isPortableZoneName(name string) bool {
	switch name {
	case "", "Local", "localtime", "posixrules", "Factory":
		return false
	}
	return !strings.HasPrefix(name, "posix/") && !strings.HasPrefix(name, "right/")
}

// Midnight returns the instant at which the day begins in loc: the first instant whose date there
// is d or later. Usually that is 00:00. Where clocks skip midnight, it is the first time after it,
// such as 01:00. Where midnight occurs twice, it is the first of the two. Where a zone skipped the
// whole day, it is the beginning of the next day.
func (d Date) Midnight(loc *time.Location) time.Time {
	midnight := d.midnightUTC()
	// No zone has ever been a whole day away from UTC, so d has not begun yet at this instant.
	t := midnight.Add(-24 * time.Hour).In(loc)
	for {
		_, offset := t.Zone()
		begin := midnight.Add(-time.Duration(offset) * time.Second).In(loc)
		if !begin.After(t) {
			return t
		}
		_, change := t.ZoneBounds()
		if change.IsZero() || begin.Before(change) {
			return begin
		}
		t = change
	}
}

// At returns the instant of a local time of the day in loc. A time that clocks skip is moved
// forward by as much as they skip: 02:30 becomes 03:30. A time that occurs twice means the first.
// Both follow RFC 5545, section 3.3.5.
func (d Date) At(hour, minute int, loc *time.Location) time.Time {
	wall := d.midnightUTC().Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	// No zone has ever been a whole day away from UTC, so the local time is later than this instant.
	t := wall.Add(-24 * time.Hour).In(loc)
	for {
		_, offset := t.Zone()
		at := wall.Add(-time.Duration(offset) * time.Second).In(loc)
		_, change := t.ZoneBounds()
		if change.IsZero() || at.Before(change) {
			return at
		}
		if _, next := change.Zone(); wall.Add(-time.Duration(next) * time.Second).Before(change) {
			return at // clocks skip it, so the offset before the change applies
		}
		t = change
	}
}
