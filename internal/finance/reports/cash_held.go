package reports

import (
	"context"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// cashHeld is what the cash accounts hold before each column and at its end, and what the
// change of rates added meanwhile to what they hold, presented in another currency (IAS
// 7.28): at the closing rates they are worth otherwise than at the rates of the days on
// which it moved. In the books' own currency that is zero.
type cashHeld struct{ opening, closing, translation amounts }

func (h cashHeld) change() amounts { return h.closing.minus(h.opening) }

// cashHeld reads what is held on both sides of a statement of what moved.
func (s statement) cashHeld(ctx context.Context, tx *db.Tx) (cashHeld, error) {
	var dates []column
	places := map[calendar.Date]int{}
	for _, c := range s.columns {
		for _, day := range []calendar.Date{c.start.AddDays(-1), c.end} {
			// One month ends where the next begins.
			if _, again := places[day]; !again {
				places[day] = len(dates)
				c.period = period{end: day}
				dates = append(dates, c)
			}
		}
	}
	all, err := balances(ctx, tx, dates)
	if err != nil {
		return cashHeld{}, err
	}
	moved := make([][]movement, len(dates))
	for i, c := range dates {
		for _, b := range all {
			if b.isCash() && b.Minor[i] != 0 {
				moved[i] = append(moved[i], movement{b.ID, c.end, b.Minor[i]})
			}
		}
	}
	if err := accountsOf(all, len(dates)).value(ctx, tx, moved, s.currency); err != nil {
		return cashHeld{}, err
	}
	cash := cashOf(all, len(dates))
	out := cashHeld{opening: s.none(), closing: s.none()}
	for i, c := range s.columns {
		out.opening[i], out.closing[i] = cash[places[c.start.AddDays(-1)]], cash[places[c.end]]
	}
	out.translation = out.change().minus(cashOf(s.all, len(s.columns)))
	return out, addable(all, len(dates))
}

// cashOf is what the cash accounts hold in so many columns.
func cashOf(all []balance, columns int) amounts {
	sum := make(amounts, columns)
	for _, b := range all {
		if b.isCash() {
			sum = sum.plus(b.Minor)
		}
	}
	return sum
}
