package profitability

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
)

// TestPayBecomesHourlyCost checks pay of each period, exactly.
func TestPayBecomesHourlyCost(t *testing.T) {
	t.Parallel()
	year := costRules{yearSeconds: standardYear, employerFactor: big.NewRat(1, 1)}
	for _, c := range []struct {
		amount  string
		perYear int64
		rules   costRules
		want    string
	}{
		{"62400.00", 1, year, "3000/1"}, {"60000.00", 1, year, "37500/13"}, {"5200.00", 12, year, "3000/1"},
		{"1200.00", 52, year, "3000/1"}, {"240.00", 260, year, "3000/1"}, {"30.00", 0, year, "3000/1"},
		{"30.00", 0, costRules{yearSeconds: 3600, employerFactor: big.NewRat(1215, 1000)}, "3645/1"},
		{"39000.00", 1, costRules{yearSeconds: 1950 * 3600, employerFactor: big.NewRat(6, 5)}, "2400/1"},
	} {
		got, err := Pay{Amount: &typepb.Money{Amount: c.amount, CurrencyCode: "USD"}, PerYear: c.perYear}.span(c.rules)
		if err != nil || got.amount.String() != c.want {
			t.Errorf("%v: got %v, %v", c, got.amount, err)
		}
	}
}

// TestCostIsChosen removes what decides again and again.
func TestCostIsChosen(t *testing.T) {
	t.Parallel()
	person := uuid.New()
	one := func(name, currency string) []span {
		return []span{{"2025-01-01", "2025-06-30", name, currency, big.NewRat(7, 1)},
			{"2025-07-01", "", name + " later", currency, big.NewRat(8, 1)}}
	}
	c := costs{own: map[uuid.UUID][]span{person: one("own", "USD")}, pay: map[uuid.UUID][]span{person: one("pay", "USD")},
		standard: one("all", "USD"), base: "USD", price: func(string, string) *big.Rat { return nil }}
	for _, want := range []hourlyCost{{pb.HourlyCost_COMPENSATION, "pay", big.NewRat(7, 1)},
		{pb.HourlyCost_COST_RATE, "own", big.NewRat(7, 1)}, {pb.HourlyCost_STANDARD, "all", big.NewRat(7, 1)},
		{source: pb.HourlyCost_UNKNOWN}} {
		if got := c.on(person, "2025-06-30"); !got.equals(want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if got := c.on(person, "2024-12-31"); got.source != pb.HourlyCost_UNKNOWN {
			t.Errorf("got %v before all rates", got)
		}
		switch want.source {
		case pb.HourlyCost_COST_RATE:
			c.own = nil
		case pb.HourlyCost_COMPENSATION:
			c.pay = nil
		case pb.HourlyCost_STANDARD:
			c.standard = nil
		}
	}
	c.standard, c.pay = one("all", "USD"), map[uuid.UUID][]span{person: one("pay", "EUR")}
	if got := c.on(person, "2025-06-30"); got.source != pb.HourlyCost_UNKNOWN {
		t.Errorf("got %v for pay without a price", got)
	}
}

// TestCostIsConstantBetweenChanges checks for random rates that the cost of an hour changes only on
// the days on which it can.
func TestCostIsConstantBetweenChanges(t *testing.T) {
	t.Parallel()
	start, end := date(t, "2025-01-01"), date(t, "2025-02-28")
	rapid.Check(t, func(r *rapid.T) {
		person := uuid.New()
		draw := func(label string) (out []span) {
			for i := range rapid.IntRange(0, 3).Draw(r, label) {
				from := start.AddDays(rapid.IntRange(-5, 50).Draw(r, "from"))
				s := span{start: from.String(), id: fmt.Sprint(label, i), amount: big.NewRat(int64(i+1), 1),
					currency: rapid.SampledFrom([]string{"USD", "EUR"}).Draw(r, "currency")}
				if rapid.Bool().Draw(r, "ends") {
					s.end = from.AddDays(rapid.IntRange(0, 20).Draw(r, "days")).String()
				}
				out = append(out, s)
			}
			return out
		}
		c := costs{own: map[uuid.UUID][]span{person: draw("own")}, pay: map[uuid.UUID][]span{person: draw("pay")},
			standard: draw("all"), base: "USD", price: func(_, day string) *big.Rat {
				if day[8:] > "20" {
					return nil
				}
				return big.NewRat(int64(day[8]), 7)
			}}
		changes := c.changes(person, start, end)
		if !slices.IsSorted(changes) || len(slices.Compact(slices.Clone(changes))) != len(changes) {
			r.Fatalf("got %v", changes)
		}
		for d := start.AddDays(1); !d.After(end); d = d.AddDays(1) {
			if !c.on(person, d.String()).equals(c.on(person, d.AddDays(-1).String())) && !slices.Contains(changes, d.String()) {
				r.Fatalf("the cost changes on %s, but not in %v", d, changes)
			}
		}
	})
}

func date(t testing.TB, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestCostsAreRoundedOnce assigns the costs of random time: those of a person and project add up to
// the exact cost rounded once, in any order of the time, and no time is lost.
func TestCostsAreRoundedOnce(t *testing.T) {
	t.Parallel()
	ids := []uuid.UUID{uuid.New(), uuid.New(), uuid.New()}
	rapid.Check(t, func(r *rapid.T) {
		exact, seconds, got := map[[2]uuid.UUID]*big.Rat{}, int64(0), map[[2]uuid.UUID]int64{}
		var times []labor
		for i := range rapid.IntRange(0, 40).Draw(r, "n") {
			l := labor{project: rapid.SampledFrom(ids).Draw(r, "project"), person: rapid.SampledFrom(ids).Draw(r, "person"),
				first: fmt.Sprintf("2025-01-%02d", i+1), seconds: rapid.Int64Range(1, 86400).Draw(r, "seconds"),
				cost: hourlyCost{source: pb.HourlyCost_UNKNOWN}}
			if rapid.IntRange(0, 3).Draw(r, "known") > 0 {
				l.cost = hourlyCost{pb.HourlyCost_COST_RATE, "", big.NewRat(rapid.Int64Range(0, 9000).Draw(r, "minor"), 13)}
			}
			key := [2]uuid.UUID{l.project, l.person}
			if exact[key] == nil {
				exact[key] = new(big.Rat)
			}
			exact[key].Add(exact[key], l.exact())
			seconds += l.seconds
			times = append(times, l)
		}
		slices.Reverse(times)
		assigned, err := assignCosts(times)
		if err != nil {
			r.Fatal(err)
		}
		for _, l := range assigned {
			got[[2]uuid.UUID{l.project, l.person}] += l.minor
			seconds -= l.seconds
			if l.cost.amount == nil && l.minor != 0 {
				r.Fatalf("unknown time costs %d", l.minor)
			}
		}
		for key, e := range exact {
			if want, _ := round(e); got[key] != want {
				r.Fatalf("got %d, want %v", got[key], e)
			}
		}
		if seconds != 0 {
			r.Fatalf("%d seconds were lost", seconds)
		}
	})
}

func TestHalfIsRoundedAwayFromZero(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ num, denom, want int64 }{
		{1, 2, 1}, {-1, 2, -1}, {49, 100, 0}, {3, 2, 2}, {-3, 2, -2}, {5, 1, 5}, {0, 1, 0}, {37500 * 10, 13, 28846},
	} {
		if got, err := round(big.NewRat(c.num, c.denom)); got != c.want || err != nil {
			t.Errorf("%v: got %d, %v", c, got, err)
		}
	}
	if _, err := round(new(big.Rat).SetInt64(1 << 62)); err == nil {
		t.Error("a sum out of range is shown")
	}
}
