package directory_test

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/people/v1"
	"backoffice/internal/platform/calendar"
)

// modelSpan is the pay of the model, in days. end is never if the pay has no end date.
type modelSpan struct {
	id         string
	start, end int
}

const never = 1 << 30

// TestSpansMatchModel creates, moves and deletes pay at random, and compares the days of all pay
// with a model that finds the pay of each day alone: it is the one that began last, until it ends.
func TestSpansMatchModel(t *testing.T) {
	t.Parallel()
	p := openPay(t)
	random := rand.New(rand.NewPCG(7, 11))
	base, err := calendar.ParseDate("2026-01-01")
	if err != nil {
		t.Fatal(err)
	}
	day := func(n int) string {
		if n == never {
			return ""
		}
		return base.AddDays(n).String()
	}
	model := map[string]modelSpan{}
	refused := 0
	for range 150 {
		key := anyKey(random, model)
		s := modelSpan{id: key, start: random.IntN(60), end: never}
		if random.IntN(2) == 0 {
			s.end = s.start + random.IntN(20)
		}
		switch choice := random.IntN(4); {
		case key != "" && choice == 0:
			p.remove(t, &pb.Compensation{Id: key})
			delete(model, key)
		default:
			if choice != 1 {
				s.id = ""
			}
			c, err := p.set(t, s.id, day(s.start), day(s.end))
			checkFits(t, model, s, err)
			if err != nil {
				refused++
				break
			}
			s.id = c.GetId()
			model[s.id] = s
		}
		var texts []string
		for _, s := range sorted(model) {
			texts = append(texts, day(s.start)+"–"+day(lastDay(model, s))+" 1.00")
		}
		p.want(t, strings.Join(texts, ", "))
	}
	if refused == 0 || refused > 100 {
		t.Errorf("%d of 150 changes were refused", refused)
	}
}

// set creates pay, or moves the pay with an identifier.
func (p payroll) set(t *testing.T, key, start, end string) (*pb.Compensation, error) {
	t.Helper()
	if key == "" {
		return p.pay(t, start, end, "1.00")
	}
	return p.change(t, &pb.Compensation{Id: key}, start, end)
}

func anyKey(random *rand.Rand, model map[string]modelSpan) string {
	if len(model) == 0 {
		return ""
	}
	return sorted(model)[random.IntN(len(model))].id
}

func sorted(model map[string]modelSpan) []modelSpan {
	return slices.SortedFunc(maps.Values(model), func(a, b modelSpan) int { return cmp.Compare(a.start, b.start) })
}

// lastDay returns the last day on which a span of the model is in effect.
func lastDay(model map[string]modelSpan, s modelSpan) int {
	last := s.end
	for _, other := range model {
		if other.start > s.start {
			last = min(last, other.start-1)
		}
	}
	return last
}

// checkFits checks that the server accepted a new or moved span exactly if the model does: it
// begins on its own day, lasts to its end date, and takes no days from other pay except those on
// which it is in effect.
func checkFits(t *testing.T, model map[string]modelSpan, s modelSpan, err error) {
	t.Helper()
	after := maps.Clone(model)
	delete(after, s.id)
	fits := true
	for _, other := range after {
		fits = fits && other.start != s.start
	}
	after["new"] = modelSpan{"new", s.start, s.end}
	last := lastDay(after, s)
	fits = fits && (s.end == never || last == s.end)
	for key, other := range model {
		if was, is := lastDay(model, other), lastDay(after, other); key != s.id && is < was && last < was {
			fits = false
		}
	}
	if (err == nil) != fits {
		t.Fatalf("%+v among %v: got %v, want fits %v", s, model, err, fits)
	}
}
