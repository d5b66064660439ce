package reports

import (
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
)

// TestTranslatedPeriodsAddUp checks that two adjacent periods add up to the whole, apart from
// rounding each once, and that a rate of 1 changes no amount.
func TestTranslatedPeriodsAddUp(t *testing.T) {
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
			t.Fatalf("two periods: got a difference of %d, want at most 1", off)
		}
		if n := translate(both, ones, "USD", "EUR")[account]; n == nil && sum != 0 || n != nil && n.Int64() != sum {
			t.Fatalf("at a rate of 1: got %v, want %d", n, sum)
		}
	})
}

// TestTranslatedCashFlowAddsUp checks that a cash-flow statement in another currency adds up at
// any rates, including the rounding of each account. The rounding must be at most half a unit
// for each rounded amount.
func TestTranslatedCashFlowAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := drawDay(t)
		end := start.AddDays(rapid.IntRange(0, 400).Draw(t, "days"))
		chart := []balance{{ID: uuid.UUID{1}}, {ID: uuid.UUID{2}}, {ID: uuid.UUID{3}}, {ID: uuid.UUID{4}}}
		for i, section := range []pb.Account_CashFlowSection{
			pb.Account_CASH_AND_EQUIVALENTS, pb.Account_CASH_AND_EQUIVALENTS, pb.Account_OPERATING,
			pb.Account_FINANCING,
		} {
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
		var lines []posted
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
				lines = append(lines, posted{from, day, minor}, posted{to, day, -minor})
			}
		}
		in := func(moved []movement) statement {
			s := statement{
				currency: "EUR", columns: []column{{period: period{start, end}}},
				balances: append([]balance(nil), chart...), translated: true,
			}
			accounts := newAccounts(s.balances, 1)
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
			return cashTotal(in(moved).balances, 1)[0]
		}
		s := in(during)
		held := cashHeld{
			opening: amounts{on(start.AddDays(-1), before)}, closing: amounts{on(end, append(before, during...))},
		}
		held.translation = held.change().minus(cashTotal(s.balances, 1))
		parts := partsOf(t, s, lines, func(moved [][]movement) ([]map[uuid.UUID]int64, error) {
			out := map[uuid.UUID]int64{}
			for account, minor := range translate(moved[0], rates, "USD", "EUR") {
				out[account] = minor.Int64()
			}
			return []map[uuid.UUID]int64{out}, nil
		})
		got := cashFlow(s, parts, held, false)
		if direct := cashFlow(s, parts, held, true); direct.Rows[0].Amounts[0].Amount != got.Rows[0].Amounts[0].Amount {
			t.Fatalf("got operating cash of %v by the direct method, %v by the indirect", direct.Rows[0], got.Rows[0])
		}
		if minorOf(got.ClosingCash) != held.closing[0] || minorOf(got.NetChange) != held.closing[0]-held.opening[0] {
			t.Fatalf("got closing cash %v after a change of %v, want %d", got.ClosingCash, got.NetChange,
				held.closing[0])
		}
		checkSums(t, got.Rows)
		var sum, rounding int64
		for _, row := range got.Rows {
			switch row.Label {
			case "Rounding":
				rounding = minorOf(row.Amounts[0])
				sum += rounding
			case "Change in cash":
				if minorOf(row.Amounts[0]) != sum {
					t.Fatalf("change in cash: got %v, want %d", row.Amounts[0], sum)
				}
			case "Cash at the beginning", "Cash at the end":
			default:
				sum += minorOf(row.Amounts[0])
			}
		}
		if rounding < -2 || rounding > 2 {
			t.Fatalf("got rounding of %d, want at most 2", rounding)
		}
	})
}
