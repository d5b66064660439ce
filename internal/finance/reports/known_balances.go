package reports

import (
	"context"
	_ "embed"
	"slices"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

//go:embed balances_by_day_known.sql
var selectByDayKnown string

// addKnown fills the columns that leave out what was posted after an instant. Rollups know
// of no such instants; the lines are read once for all columns that differ only in their
// periods.
func (a accounts) addKnown(ctx context.Context, tx *db.Tx, columns []column) error {
	added := make([]bool, len(columns))
	for i, c := range columns {
		if c.knownAt.IsZero() || added[i] {
			continue
		}
		var alike []int
		for j := i; j < len(columns); j++ {
			if c.readsLinesOf(columns[j]) {
				alike, added[j] = append(alike, j), true
				c.period = c.period.and(columns[j].period)
			}
		}
		moved, err := c.knownMovements(ctx, tx)
		if err != nil {
			return err
		}
		for _, m := range moved {
			for _, j := range alike {
				if columns[j].has(m.day) {
					if err := a.add(m, j); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// readsLinesOf tells whether two columns are of the same lines, apart from their periods.
func (c column) readsLinesOf(other column) bool {
	return c.knownAt.Equal(other.knownAt) && c.operating == other.operating && c.own == other.own &&
		slices.Equal(c.within, other.within) && slices.Equal(c.without, other.without)
}

// knownMovements are what the accounts moved by in the column, day by day, as far as it was
// posted by then.
func (c column) knownMovements(ctx context.Context, tx *db.Tx) ([]movement, error) {
	return readMovements(ctx, tx, c.summing(selectByDayKnown),
		tx.Call().Organization.ID, c.from(), c.end.String(), !c.operating, c.values(), c.excluded(), c.knownAt)
}

// add adds a movement to its account in a column. Lines on no account of the chart are for
// the check of the books to find.
func (a accounts) add(m movement, column int) error {
	b := a[m.account]
	if b == nil {
		return nil
	}
	sum := b.Minor[column] + m.minor
	if (sum > b.Minor[column]) != (m.minor > 0) && m.minor != 0 {
		return fault.TooLarge()
	}
	b.Minor[column], b.Moved = sum, true
	return nil
}
