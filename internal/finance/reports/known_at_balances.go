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

// addKnownAtColumns fills the columns that exclude lines posted after an instant. Rollups do
// not record when their lines were posted, so the lines are read. They are read once for all
// columns that differ only in their period.
func (a accounts) addKnownAtColumns(ctx context.Context, tx *db.Tx, columns []column) error {
	added := make([]bool, len(columns))
	for i, c := range columns {
		if c.knownAt.IsZero() || added[i] {
			continue
		}
		var alike []int
		for j := i; j < len(columns); j++ {
			if c.readsSameLines(columns[j]) {
				alike, added[j] = append(alike, j), true
				c.period = c.period.union(columns[j].period)
			}
		}
		moved, err := c.knownMovements(ctx, tx)
		if err != nil {
			return err
		}
		for _, m := range moved {
			for _, j := range alike {
				if columns[j].contains(m.day) {
					if err := a.add(m, j); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// readsSameLines reports whether two columns add up the same lines, apart from their periods.
func (c column) readsSameLines(other column) bool {
	return c.knownAt.Equal(other.knownAt) && c.operating == other.operating && c.ownCurrency == other.ownCurrency &&
		slices.Equal(c.within, other.within) && slices.Equal(c.without, other.without)
}

// knownMovements returns the movement of each account on each day of the column, from the lines
// posted by knownAt.
func (c column) knownMovements(ctx context.Context, tx *db.Tx) ([]movement, error) {
	return readMovements(ctx, tx, c.sumQuery(selectByDayKnown),
		tx.Call().Organization.ID, c.startArg(), c.end.String(), !c.operating, c.withinArg(), c.withoutArg(), c.knownAt)
}

// add adds a movement to its account in a column. Lines on an account outside the chart are
// reported by the integrity check.
func (a accounts) add(m movement, column int) error {
	b := a[m.account]
	if b == nil {
		return nil
	}
	sum := b.Minor[column] + m.minor
	if (sum > b.Minor[column]) != (m.minor > 0) && m.minor != 0 {
		return fault.SumOutOfRange()
	}
	b.Minor[column], b.Moved = sum, true
	return nil
}
