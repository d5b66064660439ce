package reports

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// fiscalYears are the fiscal years of the books, sorted, and the usual year of the organization.
type fiscalYears struct {
	records []period
	// frameworks are the reporting frameworks of the years.
	frameworks []string
	firstMonth time.Month
}

// readFiscalYears reads the fiscal years. They may be short or long, and a change of the
// organization's usual year does not change them.
func readFiscalYears(ctx context.Context, tx *db.Tx) (fiscalYears, error) {
	out := fiscalYears{firstMonth: tx.Call().Organization.FiscalYearStart}
	rows, err := tx.Query(ctx, `
select start_date, end_date, reporting_framework
from finance.fiscal_years
where org_id = $1
order by start_date`, tx.Call().Organization.ID)
	if err != nil {
		return out, err
	}
	var p period
	var framework string
	_, err = pgx.ForEachRow(rows, []any{&p.start, &p.end, &framework}, func() error {
		out.records, out.frameworks = append(out.records, p), append(out.frameworks, framework)
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

// ifrs18Start is the first day of the years to which IFRS 18 applies (IFRS 18.C1).
var ifrs18Start, _ = calendar.NewDate(2027, time.January, 1)

// usesIFRS18 reports whether statements that end on a day are presented by IFRS 18.
func (y fiscalYears) usesIFRS18(d calendar.Date) bool {
	return !y.containing(d).start.Before(ifrs18Start) && y.framework(d) == pb.FiscalYear_IFRS
}

// framework returns the reporting framework of statements that end on a day. A day without a record
// follows the year before it, or else the first year. Without any year it is unspecified.
func (y fiscalYears) framework(d calendar.Date) (out pb.FiscalYear_ReportingFramework) {
	for i, p := range y.records {
		if i == 0 || !p.start.After(d) {
			out = pb.FiscalYear_ReportingFramework(pb.FiscalYear_ReportingFramework_value[y.frameworks[i]])
		}
	}
	return out
}

// frameworkName returns the name of the framework of statements that end on a day, empty without
// any year.
func (y fiscalYears) frameworkName(d calendar.Date) string {
	return map[pb.FiscalYear_ReportingFramework]string{
		pb.FiscalYear_US_GAAP: "US GAAP", pb.FiscalYear_IFRS: "IFRS",
	}[y.framework(d)]
}

// FiscalYearStart returns the first day of the fiscal year that contains a day. Reports of other
// packages start on it by default.
func FiscalYearStart(ctx context.Context, tx *db.Tx, day calendar.Date) (calendar.Date, error) {
	years, err := readFiscalYears(ctx, tx)
	return years.containing(day).start, err
}
