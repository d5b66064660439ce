package banking

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// entryOfLines returns the lines of one entry. taken is the part that the bank has booked.
func entryOfLines(taken int64, minors ...int64) (out []outstandingLine) {
	entry := uuid.New()
	for _, m := range minors {
		out = append(out, outstandingLine{Entry: entry, Minor: m, Taken: taken})
	}
	return out
}

// TestOpenParts checks how the booked amount of an entry is deducted from its lines.
func TestOpenParts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines []outstandingLine
		want  []int64
	}{
		"nothing booked":               {entryOfLines(0, -100), []int64{-100}},
		"partly booked":                {entryOfLines(-60, -100), []int64{-40}},
		"fully booked":                 {entryOfLines(-100, -100), nil},
		"two lines, partly booked":     {entryOfLines(70, 50, 50), []int64{30}},
		"two lines, fully booked":      {entryOfLines(100, 50, 50), nil},
		"first line of the other sign": {entryOfLines(40, -10, 100), []int64{-10, 60}},
		"last line of the other sign":  {entryOfLines(90, 100, -10), []int64{10, -10}},
		"two entries":                  {slices.Concat(entryOfLines(-60, -100), entryOfLines(0, 25)), []int64{-40, 25}},
	} {
		var got []int64
		for _, l := range openParts(c.lines) {
			got = append(got, l.Minor)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// TestOpenPartsAddUp checks that the open parts of entries add up to their lines less the booked
// amounts.
func TestOpenPartsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var lines []outstandingLine
		var want, got int64
		for range rapid.IntRange(0, 5).Draw(t, "entries") {
			minors := rapid.SliceOfN(rapid.Int64Range(-1000, 1000), 1, 4).Draw(t, "lines")
			taken := rapid.Int64Range(-2000, 2000).Draw(t, "taken")
			want -= taken
			for _, m := range minors {
				want += m
			}
			lines = append(lines, entryOfLines(taken, minors...)...)
		}
		for _, l := range openParts(lines) {
			got += l.Minor
		}
		if got != want {
			t.Fatalf("open parts add up to %d, want %d", got, want)
		}
	})
}
