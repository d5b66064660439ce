package reports

import (
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
)

// TestTranslateProperty holds two periods that meet to add up to the whole, but for what
// rounding each of them once may bring, and the rate of 1 to change nothing.
func TestTranslateProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		account := uuid.UUID{1}
		rates, ones := map[calendar.Date]decimal.Decimal{}, map[calendar.Date]decimal.Decimal{}
		var first, second []movement
		var sum int64
		for range rapid.IntRange(1, 20).Draw(t, "days") {
			m := movement{account, drawDay(t), rapid.Int64Range(-1e12, 1e12).Draw(t, "minor")}
			rates[m.day] = decimal.New(rapid.Int64Range(1, 1e9).Draw(t, "rate"), -6)
			ones[m.day] = decimal.New(1, 0)
			sum += m.minor
			if rapid.Bool().Draw(t, "first") {
				first = append(first, m)
			} else {
				second = append(second, m)
			}
		}
		of := func(m []movement) int64 {
			if n := translate(m, rates, "USD", "KWD")[account]; n != nil {
				return n.Int64()
			}
			return 0
		}
		both := append(append([]movement(nil), first...), second...)
		if off := of(both) - of(first) - of(second); off < -1 || off > 1 {
			t.Fatalf("two periods are off by %d", off)
		}
		if n := translate(both, ones, "USD", "EUR")[account]; n == nil && sum != 0 || n != nil && n.Int64() != sum {
			t.Fatalf("%d becomes %v", sum, n)
		}
	})
}

// TestTranslatedCashFlowProperty holds a cash-flow statement in another currency to add up
// whatever the rates were, the rounding of each account included, and the rounding to be
// no more than half a unit for each amount that was rounded.
func TestTranslatedCashFlowProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := drawDay(t)
		end := start.AddDays(rapid.IntRange(0, 400).Draw(t, "days"))
		chart := []balance{{ID: uuid.UUID{1}}, {ID: uuid.UUID{2}}, {ID: uuid.UUID{3}}, {ID: uuid.UUID{4}}}
		for i, section := range []pb.Account_CashFlowSection{pb.Account_CASH_AND_EQUIVALENTS, pb.Account_CASH_AND_EQUIVALENTS, pb.Account_OPERATING, pb.Account_FINANCING} {
			chart[i].CashFlowSection = section.String()
		}
		rates := map[calendar.Date]decimal.Decimal{}
		rate := func(day calendar.Date) {
			if _, drawn := rates[day]; !drawn {
				rates[day] = decimal.New(rapid.Int64Range(1, 5e6).Draw(t, "rate"), -6)
			}
		}
		rate(start.AddDays(-1))
		rate(end)
		var before, during []movement
		for range rapid.IntRange(1, 20).Draw(t, "entries") {
			minor := rapid.Int64Range(-1e10, 1e10).Draw(t, "minor")
			day := start.AddDays(rapid.IntRange(-400, 400).Draw(t, "day"))
			from, to := rapid.IntRange(0, 3).Draw(t, "from"), rapid.IntRange(0, 3).Draw(t, "to")
			both := []movement{{chart[from].ID, day, minor}, {chart[to].ID, day, -minor}}
			switch {
			case day.Before(start):
				before = append(before, both...)
			case !day.After(end):
				rate(day)
				during = append(during, both...)
			}
		}
		in := func(moved []movement) statement {
			s := statement{currency: "EUR", columns: []column{{period: period{start, end}}}, all: append([]balance(nil), chart...), translated: true}
			accounts := accountsOf(s.all, 1)
			for account, minor := range translate(moved, rates, "USD", "EUR") {
				accounts[account].Minor[0], accounts[account].Moved = minor.Int64(), true
			}
			return s
		}
		on := func(day calendar.Date, moved []movement) int64 {
			moved = append([]movement(nil), moved...)
			for i := range moved {
				moved[i].day = day
			}
			return cashOf(in(moved).all, 1)[0]
		}
		s := in(during)
		held := cashHeld{opening: amounts{on(start.AddDays(-1), before)}, closing: amounts{on(end, append(before, during...))}}
		held.translation = held.change().minus(cashOf(s.all, 1))
		got := cashFlow(s, s.indirect(s.none()), held, s.none())
		if minorOf(got.ClosingCash) != held.closing[0] || minorOf(got.NetChange) != held.closing[0]-held.opening[0] {
			t.Fatalf("cash ends at %v after %v, the accounts hold %d", got.ClosingCash, got.NetChange, held.closing[0])
		}
		addUp(t, got.Rows)
		var sum, rounding int64
		for _, row := range got.Rows {
			switch row.Label {
			case "Rounding":
				rounding = minorOf(row.Amounts[0])
				sum += rounding
			case "Change in cash":
				if minorOf(row.Amounts[0]) != sum {
					t.Fatalf("the rows add up to %d, the change is %v", sum, row.Amounts[0])
				}
			case "Cash at the beginning", "Cash at the end":
			default:
				sum += minorOf(row.Amounts[0])
			}
		}
		if rounding < -2 || rounding > 2 {
			t.Fatalf("rounding is %d", rounding)
		}
	})
}
