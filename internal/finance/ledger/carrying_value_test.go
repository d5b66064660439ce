package ledger

import (
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/platform/calendar"
)

// TestSettlementLeavesAtCarryingValue settles balances at the weighted average (IAS 21.28, ASC
// 830-20-35-2). Amounts are minor units.
func TestSettlementLeavesAtCarryingValue(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opening, flow, left position
		gain                int64
	}{
		"a part of cash at a better rate":      {position{1000, 900}, position{-400, -380}, position{600, 540}, 20},
		"a part of cash at a worse rate":       {position{1000, 900}, position{-400, -320}, position{600, 540}, -40},
		"all cash":                             {position{600, 540}, position{-600, -480}, position{}, -60},
		"more than the cash":                   {position{100, 90}, position{-300, -285}, position{-200, -190}, 5},
		"a part of a debt at a better rate":    {position{-1000, -900}, position{400, 320}, position{-600, -540}, 40},
		"all of a debt at a worse rate":        {position{-1000, -900}, position{1000, 950}, position{}, -50},
		"more than the debt":                   {position{-100, -90}, position{300, 285}, position{200, 190}, -5},
		"a new balance":                        {position{}, position{-300, -285}, position{-300, -285}, 0},
		"an addition":                          {position{1000, 900}, position{500, 475}, position{1500, 1375}, 0},
		"an amount that moves the value alone": {position{1000, 900}, position{0, 5}, position{1000, 905}, 0},
		"a third, rounded":                     {position{300, 100}, position{-100, -40}, position{200, 67}, 7},
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
		opening, left position
		day           dayFlows
		want          int64
	}{
		"receipts count before payments of the day": {
			position{100, 100}, position{150, 165}, dayFlows{debits: position{100, 120}, credits: position{-50, -60}}, 5,
		},
		"an overdrawn account grows before it is paid back": {
			position{-100, -100}, position{-150, -165}, dayFlows{debits: position{50, 60}, credits: position{-100, -120}}, -5,
		},
		"a receipt that is spent the same day": {
			position{}, position{}, dayFlows{debits: position{100, 110}, credits: position{-100, -114}}, 4,
		},
		"a payment that is reversed the same day": {
			position{100, 90}, position{100, 90}, dayFlows{}, 0,
		},
		"a payment that is reversed and posted again at another rate": {
			position{500, 450}, position{500, 450}, dayFlows{credits: position{0, -50}}, 50,
		},
		"a payment of most of the balance that is reversed later": {
			position{100, 90}, position{1000, 900}, dayFlows{credits: position{900, 990}}, -180,
		},
		"a payment of nearly all of the balance that is reversed later": {
			position{1, 1}, position{1001, 1101}, dayFlows{credits: position{1000, 1100}}, 0,
		},
		"a payment that is reversed later": {
			position{600, 540}, position{1000, 900}, dayFlows{credits: position{400, 380}}, -20,
		},
		"a receipt that is reversed later": {
			position{2000, 1850}, position{1000, 950}, dayFlows{debits: position{-1000, -900}}, 0,
		},
		"a receipt that is reversed after it was spent": {
			position{1000, 925}, position{}, dayFlows{debits: position{-1000, -900}}, -25,
		},
		"a matched invoice leaves at its own value": {
			position{2000, 1850}, position{1000, 950}, dayFlows{atCarryingValue: position{-1000, -900}}, 0,
		},
		"the last matched invoice leaves nothing": {
			position{1000, 955}, position{}, dayFlows{atCarryingValue: position{-1000, -950}}, -5,
		},
		"a revaluation is no part of the carrying value": {
			position{1000, 950}, position{600, 660},
			dayFlows{unrevalued: -50, credits: position{-400, -400}, revalued: 120}, 40,
		},
		"an empty balance that still has a value": {position{0, -50}, position{}, dayFlows{}, 50},
	} {
		got := c.opening
		if difference := got.addDay(c.day); difference != c.want || got != c.left {
			t.Errorf("%s: got %d and %v, want %d and %v", name, difference, got, c.want, c.left)
		}
	}
}

// TestRealizedDifferencesFollowFlows checks that, whatever moves a balance, an empty balance has no
// value, and that the carrying value is what was posted and realized.
func TestRealizedDifferencesFollowFlows(t *testing.T) {
	t.Parallel()
	amount := rapid.Int64Range(-1_000_000, 1_000_000)
	rapid.Check(t, func(t *rapid.T) {
		flow := func(name string) position {
			minor := amount.Draw(t, name)
			return position{minor, minor * rapid.Int64Range(50, 150).Draw(t, name+" rate") / 100}
		}
		var p, total position
		day := calendar.LastBusinessDate
		for range rapid.IntRange(1, 20).Draw(t, "days") {
			f := dayFlows{date: day, debits: flow("debits"), credits: flow("credits")}
			if rapid.Bool().Draw(t, "empties") {
				f.credits.minor = -p.minor - f.debits.minor
			}
			f.difference = p.addDay(f)
			total = total.plus(f.sum())
			if p != total {
				t.Fatalf("got carrying value %v, want %v, what was posted and realized", p, total)
			}
			if p.minor == 0 && p.base != 0 {
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
	days := []dayFlows{
		{date: start, debits: position{1000, 900}},
		{date: start.AddDays(8), credits: position{-400, -380}},
		{date: start.AddDays(18), credits: position{-600, -480}, difference: -100},
	}
	missing := findMissingDifferences(position{}, days)
	want := []missingDifference{{days[1].date, 20}, {days[2].date, 40}}
	if len(missing) != 2 || missing[0] != want[0] || missing[1] != want[1] {
		t.Fatalf("got %v, want %v", missing, want)
	}
	days[1].difference, days[2].difference = 20, -60
	if missing := findMissingDifferences(position{}, days); len(missing) != 0 {
		t.Errorf("got %v, want nothing", missing)
	}
}
