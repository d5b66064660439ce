package reports

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// fiscalYears are the fiscal years of the books, sorted, and the usual year of the organization.
type fiscalYears struct {
	records    []period
	firstMonth time.Month
}

// readFiscalYears reads the fiscal years. They may be short or long, and a change of the
// organization's usual year does not change them.
func readFiscalYears(ctx context.Context, tx *db.Tx) (fiscalYears, error) {
	out := fiscalYears{firstMonth: tx.Call().Organization.FiscalYearStart}
	rows, err := tx.Query(ctx, `
select start_date, end_date
from finance.fiscal_years
where org_id = $1
order by start_date`, tx.Call().Organization.ID)
	if err != nil {
		return out, err
	}
	var p period
	_, err = pgx.ForEachRow(rows, []any{&p.start, &p.end}, func() error {
		out.records = append(out.records, p)
		return nil
	})
	return out, err
}

// containing returns the fiscal year that contains a day. Without a record, it is the usual year,
// cut to the room between its neighbors, which a posting on that day would create.
func (y fiscalYears) containing(d calendar.Date) period {
	var out period
	out.start, out.end = calendar.FiscalYear(d, y.firstMonth)
	for _, p := range y.records {
		switch {
		case p.contains(d):
			return p
		case p.end.Before(d) && !p.end.Before(out.start):
			out.start = p.end.AddDays(1)
		case p.start.After(d) && !p.start.After(out.end):
			out.end = p.start.AddDays(-1)
		}
	}
	return out
}
