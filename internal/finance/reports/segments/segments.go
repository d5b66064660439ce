// Package segments adds up income and expenses by dimension value, such as by project, in one
// statement for all values. Its figures are those of the profit and loss with the dimension value
// as filter: the same rollups, lines and adjustments of the cash basis. It belongs to package
// reports, and serves reports of other domains.
package segments

import (
	"context"
	_ "embed"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/finance/reports/cashbasis"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

var (
	//go:embed segment_sums.sql
	selectSums string
	//go:embed segment_lines.sql
	selectLines string
)

// Figure is a kind of income or expenses.
type Figure string

// The figures. Together they are all income and expenses.
const (
	// Income is what is posted on income accounts, credits positive. Discounts and credit notes
	// reduce it.
	Income Figure = "INCOME"
	// WriteOffs is what is posted on the account for bad debts, if it is an expense account.
	WriteOffs Figure = "WRITE_OFFS"
	// Payroll is what is posted on expense accounts of the subtype PAYROLL_EXPENSE.
	Payroll Figure = "PAYROLL"
	// Costs is what is posted on all other expense accounts.
	Costs Figure = "COSTS"
)

// Period is the period and basis of figures.
type Period struct {
	Start, End calendar.Date
	IsCash     bool
}

// Sum is a figure of a dimension value. ValueID is not set for what has none of the values.
type Sum struct {
	ValueID uuid.NullUUID
	Figure  Figure
	Minor   int64
}

// ReadSums returns the figures of dimension values of one dimension. With others, it also returns
// those of what has none of them.
func ReadSums(ctx context.Context, tx *db.Tx, p Period, values []uuid.UUID, others bool) ([]Sum, error) {
	org := tx.Call().Organization.ID
	var position, seq int64
	if err := tx.QueryRow(ctx, `
select coalesce(max(position), 0), coalesce(max(seq), 0)
from finance.rollup_watermarks
where org_id = $1`, org).Scan(&position, &seq); err != nil {
		return nil, err
	}
	lines, minors, err := p.cashAdditions(ctx, tx, nil)
	if err != nil {
		return nil, err
	}
	first, last := wholeMonths(p.Start, p.End)
	rows, err := tx.QueryReplanned(ctx, selectSums, org, p.Start.String(), p.End.String(),
		append([]uuid.UUID{}, values...), others, first.String(), last.String(), position, seq, lines, minors)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Sum])
}

// wholeMonths returns the first days of the first and the last whole month of a period.
func wholeMonths(start, end calendar.Date) (first, last calendar.Date) {
	if first = start.FirstOfMonth(); first != start {
		first = first.AddMonths(1)
	}
	if last = end.FirstOfMonth(); end != end.LastOfMonth() {
		last = last.AddDays(-1).FirstOfMonth()
	}
	return first, last
}

// cashAdditions returns what the cash basis adds to lines in the period: what is recognized by its
// end, less what was recognized before it.
func (p Period) cashAdditions(
	ctx context.Context, tx *db.Tx, within []uuid.UUID,
) (lines []uuid.UUID, minors []int64, err error) {
	lines, minors = []uuid.UUID{}, []int64{}
	if !p.IsCash {
		return lines, minors, nil
	}
	for _, at := range []struct {
		day  calendar.Date
		sign int64
	}{{p.End, 1}, {p.Start.AddDays(-1), -1}} {
		list, err := cashbasis.ByLine(ctx, tx, cashbasis.Query{Day: at.day, Within: within})
		if err != nil {
			return nil, nil, err
		}
		for _, a := range list {
			lines, minors = append(lines, a.LineID.UUID), append(minors, at.sign*a.Minor)
		}
	}
	return lines, minors, nil
}

// Line is a journal line in a figure, with what it adds to it.
type Line struct {
	ID, EntryID, AccountID           uuid.UUID
	Date                             calendar.Date
	Source, Description, AccountName string
	Minor                            int64
}

// Position is the last line of a page. The zero Position is before all lines.
type Position struct {
	Date string
	ID   uuid.UUID
}

// ReadLines returns up to limit lines of a figure of a dimension value after a position, sorted by
// date. On the cash basis, a line of an earlier invoice comes on the date of the invoice.
func ReadLines(
	ctx context.Context, tx *db.Tx, p Period, value uuid.UUID, f Figure, after Position, limit int,
) ([]Line, error) {
	lines, minors, err := p.cashAdditions(ctx, tx, []uuid.UUID{value})
	if err != nil {
		return nil, err
	}
	if after.Date == "" {
		after.Date = "-infinity"
	}
	rows, err := tx.QueryReplanned(ctx, selectLines, tx.Call().Organization.ID, p.Start.String(), p.End.String(), value,
		string(f), lines, minors, after.Date, after.ID, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Line])
}
