package calendar

import (
	"testing"
	"time"
)

func TestFixedClockStandsStill(t *testing.T) {
	tokyo := zone(t, "Asia/Tokyo")
	clock := Fixed(time.Date(2026, 11, 22, 0, 30, 0, 123456789, tokyo))
	if got := clock.Now().Format(time.RFC3339Nano); got != "2026-11-21T15:30:00.123456Z" {
		t.Errorf("got %s", got)
	}
	if got := clock.Today(tokyo); got != date(t, "2026-11-22") {
		t.Errorf("today in Tokyo: got %s", got)
	}
	if got := clock.Today(time.UTC); got != date(t, "2026-11-21") {
		t.Errorf("today in UTC: got %s", got)
	}
}

func TestShiftedClockKeepsRunning(t *testing.T) {
	present := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	clock := NewClock(func() time.Time { return present })
	moved := clock.Shifted(48 * time.Hour).Shifted(-24 * time.Hour)
	if got := moved.Now(); !got.Equal(present.Add(24 * time.Hour)) {
		t.Errorf("shifted by a day: got %s, want %s", got, present.Add(24*time.Hour))
	}
	present = present.Add(time.Hour)
	if got := moved.Now(); !got.Equal(present.Add(24 * time.Hour)) {
		t.Errorf("an hour later: got %s, want %s", got, present.Add(24*time.Hour))
	}
	if got := clock.Now(); !got.Equal(present) {
		t.Errorf("the original clock: got %s, want %s", got, present)
	}
}

func TestZeroClockIsSystemClock(t *testing.T) {
	before := time.Now()
	for _, clock := range []Clock{System(), {}} {
		now := clock.Now()
		if now.Before(before.Truncate(time.Microsecond)) || now.Sub(before) > time.Minute || now.Location() != time.UTC {
			t.Errorf("got %s, want a time in UTC shortly after %s", now, before)
		}
	}
	if shifted := System().Shifted(time.Hour).Now(); shifted.Sub(before) < 59*time.Minute {
		t.Errorf("shifted by an hour: got %s, want an hour after %s", shifted, before)
	}
}
