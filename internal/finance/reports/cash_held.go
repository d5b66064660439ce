package reports

import (
	"context"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// cashHeld is the cash before and at the end of each column, and the effect of translating it
// to another currency (IAS 7.28). The cash is worth more or less at closing rates than at the
// rates of the days on which it moved. In the base currency, translation is zero.
type cashHeld struct{ opening, closing, translation amounts }

func (h cashHeld) change() amounts { return h.closing.minus(h.opening) }

// readCashHeld reads the opening and closing cash of a statement over periods.
func (s statement) readCashHeld(ctx context.Context, tx *db.Tx) (cashHeld, error) {
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
	if err := newAccounts(all, len(dates)).fillInCurrency(ctx, tx, moved, s.currency); err != nil {
		return cashHeld{}, err
	}
	cash := cashTotal(all, len(dates))
	out := cashHeld{opening: s.zeros(), closing: s.zeros()}
	for i, c := range s.columns {
		out.opening[i], out.closing[i] = cash[places[c.start.AddDays(-1)]], cash[places[c.end]]
	}
	out.translation = out.change().minus(cashTotal(s.balances, len(s.columns)))
	return out, checkOverflow(all, len(dates))
}

// cashTotal returns the total of the cash accounts in each column.
func cashTotal(all []balance, columns int) amounts {
	sum := make(amounts, columns)
	for _, b := range all {
		if b.isCash() {
			sum = sum.plus(b.Minor)
		}
	}
	return sum
}
