package carryingvalue

import (
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/platform/calendar"
)

// TestSettlementLeavesAtCarryingValue settles balances at the weighted average (IAS 21.28, ASC
// 830-20-35-1). Amounts are minor units.
func TestSettlementLeavesAtCarryingValue(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opening, flow, left Position
		gain                int64
	}{
		"a part of cash at a better rate":      {Position{1000, 900}, Position{-400, -380}, Position{600, 540}, 20},
		"a part of cash at a worse rate":       {Position{1000, 900}, Position{-400, -320}, Position{600, 540}, -40},
		"all cash":                             {Position{600, 540}, Position{-600, -480}, Position{}, -60},
		"more than the cash":                   {Position{100, 90}, Position{-300, -285}, Position{-200, -190}, 5},
		"a part of a debt at a better rate":    {Position{-1000, -900}, Position{400, 320}, Position{-600, -540}, 40},
		"all of a debt at a worse rate":        {Position{-1000, -900}, Position{1000, 950}, Position{}, -50},
		"more than the debt":                   {Position{-100, -90}, Position{300, 285}, Position{200, 190}, -5},
		"a new balance":                        {Position{}, Position{-300, -285}, Position{-300, -285}, 0},
		"an addition":                          {Position{1000, 900}, Position{500, 475}, Position{1500, 1375}, 0},
		"an amount that moves the value alone": {Position{1000, 900}, Position{0, 5}, Position{1000, 905}, 0},
		"a third, rounded":                     {Position{300, 100}, Position{-100, -40}, Position{200, 67}, 7},
	} {
		got := c.opening
		if gain := got.settle(c.flow); gain != c.gain || got != c.left {
			t.Errorf("%s: got gain %d and %v, want %d and %v", name, gain, got, c.gain, c.left)
		}
	}
}

func TestDayRealizesDifference(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opening, left Position
		day           Day
		want          int64
	}{
		"receipts count before payments of the day": {
			Position{100, 100}, Position{150, 165}, Day{Debits: Position{100, 120}, Credits: Position{-50, -60}}, 5,
		},
		"an overdrawn account grows before it is paid back": {
			Position{-100, -100}, Position{-150, -165}, Day{Debits: Position{50, 60}, Credits: Position{-100, -120}}, -5,
		},
		"a receipt that is spent the same day": {
			Position{}, Position{}, Day{Debits: Position{100, 110}, Credits: Position{-100, -114}}, 4,
		},
		"a payment that is reversed the same day": {
			Position{100, 90}, Position{100, 90}, Day{}, 0,
		},
		"a payment that is reversed and posted again at another rate": {
			Position{500, 450}, Position{500, 450}, Day{Credits: Position{0, -50}}, 50,
		},
		"a payment of most of the balance that is reversed later": {
			Position{100, 90}, Position{1000, 900}, Day{Credits: Position{900, 990}}, -180,
		},
		"a payment of nearly all of the balance that is reversed later": {
			Position{1, 1}, Position{1001, 1101}, Day{Credits: Position{1000, 1100}}, 0,
		},
		"a payment of nine tenths of the balance that is reversed later": {
			Position{100, 90}, Position{1100, 990}, Day{Credits: Position{1000, 1100}}, -200,
		},
		"a payment that is reversed later": {
			Position{600, 540}, Position{1000, 900}, Day{Credits: Position{400, 380}}, -20,
		},
		"a receipt that is reversed later": {
			Position{2000, 1850}, Position{1000, 950}, Day{Debits: Position{-1000, -900}}, 0,
		},
		"a receipt that is reversed after it was spent": {
			Position{1000, 925}, Position{}, Day{Debits: Position{-1000, -900}}, -25,
		},
		"a matched invoice leaves at its own value": {
			Position{2000, 1850}, Position{1000, 950}, Day{AtCarryingValue: Position{-1000, -900}}, 0,
		},
		"the last matched invoice leaves nothing": {
			Position{1000, 955}, Position{}, Day{AtCarryingValue: Position{-1000, -950}}, -5,
		},
		"the last matched invoice leaves nothing before the account is overdrawn": {
			Position{1000, 955}, Position{-100, -98},
			Day{AtCarryingValue: Position{-1000, -950}, Credits: Position{-100, -98}}, -5,
		},
		"an empty account that is overdrawn in the end": {
			Position{}, Position{-30, -34},
			Day{Debits: Position{100, 110}, Credits: Position{-50, -60}, AtCarryingValue: Position{-80, -88}}, 4,
		},
		"a revaluation is no part of the carrying value": {
			Position{1000, 950}, Position{600, 660},
			Day{Unrevalued: -50, Credits: Position{-400, -400}, Revalued: 120}, 40,
		},
		"an empty balance that still has a value": {Position{0, -50}, Position{}, Day{}, 50},
	} {
		got := c.opening
		if difference := got.addDay(c.day); difference != c.want || got != c.left {
			t.Errorf("%s: got %d and %v, want %d and %v", name, difference, got, c.want, c.left)
		}
	}
}

// effect returns the effect of all flows of a day on the balance.
func effect(d Day) Position {
	return d.Debits.Plus(d.Credits).Plus(d.AtCarryingValue).Plus(Position{0, d.Revalued + d.Unrevalued + d.Difference})
}

// TestRealizedDifferencesFollowFlows checks that, whatever moves a balance, an empty balance has no
// value, and that the carrying value is what was posted and realized.
func TestRealizedDifferencesFollowFlows(t *testing.T) {
	t.Parallel()
	amount := rapid.Int64Range(-1_000_000, 1_000_000)
	rapid.Check(t, func(t *rapid.T) {
		flow := func(name string) Position {
			minor := amount.Draw(t, name)
			return Position{minor, minor * rapid.Int64Range(50, 150).Draw(t, name+" rate") / 100}
		}
		var p, total Position
		day := calendar.LastBusinessDate
		for range rapid.IntRange(1, 20).Draw(t, "days") {
			f := Day{Date: day, Debits: flow("debits"), Credits: flow("credits")}
			if rapid.Bool().Draw(t, "empties") {
				f.Credits.Minor = -p.Minor - f.Debits.Minor
			}
			f.Difference = p.addDay(f)
			before := total
			total = total.Plus(effect(f))
			if got := total.Minus(effect(f)); got != before {
				t.Fatalf("got %v without the day, want %v", got, before)
			}
			if p != total {
				t.Fatalf("got carrying value %v, want %v, what was posted and realized", p, total)
			}
			if p.Minor == 0 && p.Base != 0 {
				t.Fatalf("got %v, want an empty balance to have no value", p)
			}
		}
	})
}

// TestMissingDifferenceIsWhatIsNotPosted checks that the differences that a late receipt changes on
// the days after it are found, and that none are found once they are posted.
func TestMissingDifferenceIsWhatIsNotPosted(t *testing.T) {
	t.Parallel()
	start := calendar.LastBusinessDate.AddDays(-100)
	days := []Day{
		{Date: start, Debits: Position{1000, 900}},
		{Date: start.AddDays(8), Credits: Position{-400, -380}},
		{Date: start.AddDays(18), Credits: Position{-600, -480}, Difference: -100},
	}
	missing := Missing(Position{}, days)
	want := []Difference{{days[1].Date, 20}, {days[2].Date, 40}}
	if len(missing) != 2 || missing[0] != want[0] || missing[1] != want[1] {
		t.Fatalf("got %v, want %v", missing, want)
	}
	days[1].Difference, days[2].Difference = 20, -60
	if missing := Missing(Position{}, days); len(missing) != 0 {
		t.Errorf("got %v, want nothing", missing)
	}
}
