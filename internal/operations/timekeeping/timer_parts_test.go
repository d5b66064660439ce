package timekeeping

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestPartsAddUp splits spans of up to 24 hours in zones with daylight saving time: the parts
// follow one another, each on its own day, and add up to the whole.
func TestPartsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"America/New_York", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia",
			"Asia/Kathmandu", "UTC"}).Draw(t, "zone")
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Unix(rapid.Int64Range(946684800, 1893456000).Draw(t, "start"), rapid.Int64Range(0,
			999999999).Draw(t, "ns"))
		end := start.Add(time.Duration(rapid.Int64Range(0, int64(maxTimer)).Draw(t, "length")))
		parts := splitByDay(start, end, zone)
		sum, at := int64(0), start.Truncate(time.Second)
		for i, p := range parts {
			if !p.start.Equal(at) || p.seconds < 1 || p.seconds > secondsOfDay+3600 {
				t.Fatalf("part %d is %v, want it to start at %v", i, p, at)
			}
			if i > 0 && !parts[i-1].date.Before(p.date) {
				t.Fatalf("got %v", parts)
			}
			sum, at = sum+int64(p.seconds), p.start.Add(time.Duration(p.seconds)*time.Second)
		}
		want := max(1, end.Truncate(time.Second).Unix()-start.Truncate(time.Second).Unix())
		if sum != want {
			t.Fatalf("got %d seconds, want %d", sum, want)
		}
	})
}
