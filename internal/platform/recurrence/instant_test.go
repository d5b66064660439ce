package recurrence

import (
	"slices"
	"testing"
	"time"
)

// TestOccurrencesNameTheDayOfTheRule moves Thanksgiving and the weekend after it to one Monday.
func TestOccurrencesNameTheDayOfTheRule(t *testing.T) {
	t.Parallel()
	s := series(t, `{"frequency": "DAILY", "startDate": "2026-11-25", "count": 7, "shift": "FOLLOWING",
		"holidays": ["US"], "timeOfDay": "09:00", "timeZone": "America/New_York"}`)
	var got []string
	for o := range s.Occurrences(date(t, "2026-11-25")) {
		got = append(got, o.RuleDay.String()+" "+o.Day.String()+" "+o.Time.UTC().Format(time.RFC3339))
	}
	want := []string{
		"2026-11-25 2026-11-25 2026-11-25T14:00:00Z", "2026-11-26 2026-11-27 2026-11-27T14:00:00Z",
		"2026-11-28 2026-11-30 2026-11-30T14:00:00Z", "2026-12-01 2026-12-01 2026-12-01T14:00:00Z",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for o := range s.OccurrencesAfter(time.Date(2026, 11, 27, 14, 0, 0, 0, time.UTC)) {
		if o.RuleDay != date(t, "2026-11-28") {
			t.Errorf("after Friday: got %s", o.RuleDay)
		}
		break
	}
}
