package calendar

import (
	"fmt"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a machine without a zone database must answer as others do
)

// Zones gives time zones by name, and keeps those it has read, which would otherwise be read from disk for each request.
// The zero value is ready; it may be used by many goroutines. It holds at most the names of the zone database.
type Zones struct {
	loaded sync.Map // name to *time.Location
}

// Load is LoadZone, remembered.
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

// LoadZone reads the zone of an IANA name such as "Europe/Berlin" or "UTC". Refused are "" and "Local", which mean
// something else on every machine, and the entries of a system's zone folder that are no zone names.
func LoadZone(name string) (*time.Location, error) {
	const longest = 64
	if len(name) > longest || !isZoneName(name) {
		return nil, fmt.Errorf("not a time zone: %.64q; want an IANA name such as Europe/Berlin", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("unknown time zone %q: want an IANA name such as Europe/Berlin", name)
	}
	return loc, nil
}

func isZoneName(name string) bool {
	switch name {
	case "", "Local", "localtime", "posixrules", "Factory":
		return false
	}
	return !strings.HasPrefix(name, "posix/") && !strings.HasPrefix(name, "right/")
}

// Midnight is the instant at which the day begins in loc: the first whose date there is d or later. That is 00:00 on the
// clocks; 01:00 where they jump over midnight, the first of two where they show it twice, and the beginning of the next
// day where d was left out altogether.
func (d Date) Midnight(loc *time.Location) time.Time {
	midnight := d.utc()
	// No zone has ever been a whole day away from UTC, so d has not yet begun here.
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
