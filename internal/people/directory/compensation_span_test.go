package directory_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/people/v1"
	"backoffice/internal/platform/calendar"
)

// modelSpan is a span of the model, in days. open spans end at never.
type modelSpan struct{ first, last int }

const never = 1 << 30

// TestSpansMatchModel creates, moves and deletes pay at random and compares each day with a model
// that holds one name a day. Whatever happens, no two spans overlap.
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
	for range 120 {
		var key string
		for k := range model {
			if key == "" || random.IntN(len(model)) == 0 {
				key = k
			}
		}
		switch first := random.IntN(60); {
		case key != "" && random.IntN(4) == 0:
			p.remove(t, &pb.Compensation{Id: key})
			deleteSpan(model, key)
		default:
			last := never
			if random.IntN(2) == 0 {
				last = first + random.IntN(20)
			}
			fits := fitsModel(model, first, last)
			c, err := p.pay(t, day(first), day(last), "1.00")
			if (err == nil) != fits {
				t.Fatalf("%s to %s among %v: got %v, want fits %v", day(first), day(last), model, err, fits)
			}
			if err == nil {
				addSpan(model, c.GetId(), first, last)
			}
		}
		want := slices.SortedFunc(maps.Values(model), func(a, b modelSpan) int { return a.first - b.first })
		var texts []string
		for _, s := range want {
			texts = append(texts, day(s.first)+"–"+day(s.last)+" 1.00")
		}
		p.want(t, strings.Join(texts, ", "))
	}
}

// next returns the first day after a day on which a span begins.
func next(model map[string]modelSpan, first int) int {
	begins := never
	for _, s := range model {
		if s.first >= first {
			begins = min(begins, s.first)
		}
	}
	return begins
}

// fitsModel reports whether a span can be added: it must end before the next one begins, and the
// one that it ends must have no days after it.
func fitsModel(model map[string]modelSpan, first, last int) bool {
	begins := next(model, first)
	if last == never && begins != never {
		last = begins - 1
	}
	if last >= begins && begins != never || begins == first {
		return false
	}
	for _, s := range model {
		if s.first < first && s.last >= first && s.last > last {
			return false
		}
	}
	return true
}

func addSpan(model map[string]modelSpan, key string, first, last int) {
	if begins := next(model, first); last == never && begins != never {
		last = begins - 1
	}
	for k, s := range model {
		if s.first < first && s.last >= first {
			model[k] = modelSpan{s.first, first - 1}
		}
	}
	model[key] = modelSpan{first, last}
}

func deleteSpan(model map[string]modelSpan, key string) {
	gone := model[key]
	delete(model, key)
	for k, s := range model {
		if s.last == gone.first-1 {
			model[k] = modelSpan{s.first, gone.last}
		}
	}
}
