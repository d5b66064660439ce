package recurrence

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"backoffice/internal/platform/calendar"
)

func date(t testing.TB, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// vector is a published rule and the days that it chooses.
type vector struct {
	rule, zone string
	start      string
	from       string
	days       []calendar.Date
	more       bool
}

// readVectors reads a file of testdata. Its head explains the form.
func readVectors(t *testing.T, name string) (out []vector) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	zone := ""
	for line := range strings.SplitSeq(string(text), "\n") {
		key, value, _ := strings.Cut(line, " ")
		if key == "" || key == "#" {
			continue
		}
		if key == "rule" {
			out = append(out, vector{rule: value, zone: zone})
		}
		switch v := len(out) - 1; key {
		case "zone":
			zone = value
		case "start":
			out[v].start = value
		case "from":
			out[v].from = value
		case "days":
			value, more := strings.CutSuffix(value, " more")
			out[v].days, out[v].more = append(out[v].days, readDays(t, value)...), more
		}
	}
	if len(out) < 30 {
		t.Fatalf("%s has %d rules, want at least 30", name, len(out))
	}
	return out
}

func readDays(t *testing.T, text string) (out []calendar.Date) {
	t.Helper()
	for part := range strings.FieldsSeq(text) {
		first, last, isRange := strings.Cut(part, "..")
		if !isRange {
			last = first
		}
		for d := compactDate(t, first); !d.After(compactDate(t, last)); d = d.AddDays(1) {
			out = append(out, d)
		}
	}
	return out
}

func compactDate(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseCompactDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// series returns the series of a vector.
func (v vector) series(t *testing.T) *Series {
	t.Helper()
	day, clock, _ := strings.Cut(v.start, "T")
	start := Start{Date: compactDate(t, day), Zone: v.zone}
	if clock != "" {
		start.TimeOfDay = clock[:2] + ":" + clock[2:4]
	}
	if strings.HasSuffix(clock, "Z") {
		start.Zone = "UTC"
	}
	rule, err := FromRRULE(v.rule, start)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(rule, Setting{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPublishedVectors(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"libical.txt", "rfc5545.txt"} {
		for _, v := range readVectors(t, file) {
			t.Run(v.rule, func(t *testing.T) { checkVector(t, v) })
		}
	}
}

func checkVector(t *testing.T, v vector) {
	s := v.series(t)
	from := s.At(s.First())
	if v.from != "" {
		parsed, err := time.Parse(icalDateTime, v.from)
		if err != nil {
			t.Fatal(err)
		}
		from = parsed
	}
	var got []calendar.Date
	for instant := range s.Times(from) {
		if v.more && len(got) == len(v.days) {
			break
		}
		day := calendar.DateOf(instant, s.zone)
		if local := instant.In(s.zone); local.Hour() != s.clock.hour || local.Minute() != s.clock.minute {
			t.Errorf("%s is at %s", day, local)
		}
		got = append(got, day)
	}
	if !slices.Equal(got, v.days) {
		t.Fatalf("got  %v\nwant %v", got, v.days)
	}
	for i, day := range slices.Backward(v.days) {
		previous, ok := s.Previous(day)
		if i > 0 && (!ok || previous != v.days[i-1]) {
			t.Errorf("before %s: got %s, want %s", day, previous, v.days[i-1])
		}
		if i == 0 && v.from == "" && ok {
			t.Errorf("before the first day: got %s", previous)
		}
	}
	if next, ok := s.Next(v.days[len(v.days)-1]); ok != v.more {
		t.Errorf("after the last day: got %s", next)
	}
}
