package ledger

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var fiscalYears = resource.New(table.New("finance.fiscal_years",
	table.Date("start_date", func(y *pb.FiscalYear) *string { return &y.StartDate }).Filter().Sort("fiscal_years_by_start_date"),
	table.Date("end_date", func(y *pb.FiscalYear) *string { return &y.EndDate }).Filter(),
	table.Enum("state", func(y *pb.FiscalYear) *pb.FiscalYear_State { return &y.State }).Filter(),
	table.Refs("closing_entry_ids", "jrn", func(y *pb.FiscalYear) *[]string { return &y.ClosingEntryIds }),
	table.Money("net_income", func(y *pb.FiscalYear) **typepb.Money { return &y.NetIncome }),
	table.Timestamp("close_time", func(y *pb.FiscalYear) **timestamppb.Timestamp { return &y.CloseTime }),
	table.Text("reopen_reason", func(y *pb.FiscalYear) *string { return &y.ReopenReason }),
).Rank(db.RankPeriod)).Lifecycle(yearLife).Prepare("close", holdPeriods).Guard("close", periodsClosed).Guard("close", carriable).
	Prepare("reopen", holdPeriods).Guard("reopen", noneAfter).Open().LockFirst(func(ctx context.Context, tx *db.Tx, y *pb.FiscalYear) error {
	// Reopening the year reverses them.
	_, err := journalEntries.Table().LockMany(ctx, tx, y.ClosingEntryIds)
	return err
})

var yearLife = state.New(func(r *pb.FiscalYear) *pb.FiscalYear_State { return &r.State }, []state.Step[pb.FiscalYear_State]{
	{Verb: "close", Event: "closed", From: []pb.FiscalYear_State{pb.FiscalYear_OPEN}, To: pb.FiscalYear_CLOSED},
	{Verb: "reopen", Event: "reopened", From: []pb.FiscalYear_State{pb.FiscalYear_CLOSED}, To: pb.FiscalYear_OPEN},
})

// CreateFiscalYear makes a year with its periods.
func (s *Service) CreateFiscalYear(ctx context.Context, req *pb.CreateFiscalYearRequest) (*pb.FiscalYear, error) {
	return fiscalYears.CreateWith(ctx, s.db, req.GetFiscalYear(), func(ctx context.Context, tx *db.Tx, _, y *pb.FiscalYear) error {
		if err := identity.LockOrganization(ctx, tx); err != nil {
			return err
		}
		if _, err := addYear(ctx, tx, y, "startDate"); err != nil {
			return err
		}
		// Whether it may be closed depends on its periods, which are stored after it.
		made, err := fiscalYears.Find(ctx, tx, y.Id)
		y.AllowedActions = made.GetAllowedActions()
		return err
	})
}

// GetFiscalYear answers one year.
func (s *Service) GetFiscalYear(ctx context.Context, req *pb.GetFiscalYearRequest) (*pb.FiscalYear, error) {
	return fiscalYears.Get(ctx, s.db, req.GetFiscalYearId())
}

// BatchGetFiscalYears answers several years.
func (s *Service) BatchGetFiscalYears(ctx context.Context, req *pb.BatchGetFiscalYearsRequest) (*pb.BatchGetFiscalYearsResponse, error) {
	list, err := fiscalYears.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetFiscalYearsResponse{FiscalYears: list}, err
}

// ListFiscalYears answers a page of years.
func (s *Service) ListFiscalYears(ctx context.Context, req *pb.ListFiscalYearsRequest) (*pb.ListFiscalYearsResponse, error) {
	page, err := fiscalYears.List(ctx, s.db, req)
	return &pb.ListFiscalYearsResponse{FiscalYears: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// addYear stores a year with its periods. The caller is alone, so that no two years
// overlap.
func addYear(ctx context.Context, tx *db.Tx, y *pb.FiscalYear, field string) ([]*pb.AccountingPeriod, error) {
	y.State = pb.FiscalYear_OPEN
	var start, end calendar.Date
	fits := func(ctx context.Context, tx *db.Tx, _, y *pb.FiscalYear) (err error) {
		if start, end, err = bounds(tx.Call(), y); err != nil {
			return err
		}
		around, err := neighbors(ctx, tx, start, end)
		if err != nil {
			return err
		}
		return around.room(field, start, end)
	}
	if err := fiscalYears.Insert(ctx, tx, y, fits); err != nil {
		return nil, err
	}
	periods := periodsOf(y.Id, start, end)
	return periods, accountingPeriods.InsertMany(ctx, tx, periods, func(int) string { return "" })
}

// maxYearDays bounds a fiscal year: a long first one may span two.
const maxYearDays = 2 * 366

// bounds are the first and the last day of a year, the last by default that of the
// organization's own fiscal year.
func bounds(c *call.Call, y *pb.FiscalYear) (start, end calendar.Date, err error) {
	if start, err = calendar.ParseDate(y.StartDate); err != nil {
		return start, end, fault.Invalid(fault.At("startDate", "must be a date such as \"2026-01-01\""))
	}
	if y.EndDate == "" {
		_, end = calendar.FiscalYear(start, c.Organization.FiscalYearStart)
		y.EndDate = end.String()
	}
	if end, err = calendar.ParseDate(y.EndDate); err != nil {
		return start, end, fault.Invalid(fault.At("endDate", "must be a date such as \"2026-12-31\""))
	}
	if days := start.DaysUntil(end); days < 0 || days > maxYearDays {
		return start, end, fault.Invalid(fault.At("endDate", "must be after the start, and within two years of it"))
	}
	return start, end, nil
}

// surroundings are what there is around a stretch of days: the last day of a period
// before it, the first of one after it, whether one lies in it, and the day up to
// which the books are closed. Dates are infinite where there is none.
type surroundings struct {
	before, after, closed *calendar.Date
	taken                 bool
}

func neighbors(ctx context.Context, tx *db.Tx, start, end calendar.Date) (s surroundings, err error) {
	err = tx.QueryRow(ctx, `
select
  max(end_date) filter (where end_date < $2),
  min(start_date) filter (where start_date > $3),
  max(end_date) filter (where state <> 'OPEN'),
  coalesce(bool_or(start_date <= $3 and end_date >= $2), false)
from finance.accounting_periods
where org_id = $1`, tx.Call().Organization.ID, start.String(), end.String()).Scan(&s.before, &s.after, &s.closed, &s.taken)
	return s, err
}

// room refuses a year that overlaps another or lies before closed books, whose
// opening balances it would change. The field is the one that asked for the year.
func (s surroundings) room(field string, start, end calendar.Date) error {
	switch {
	case s.taken:
		return fault.InvalidFor(optionsv1.Reason_FISCAL_YEARS_OVERLAP, fault.At("startDate", "%s to %s overlaps another fiscal year", start, end))
	case s.closed != nil && !start.After(*s.closed):
		return beforeClosed(field, *s.closed)
	}
	return nil
}

// coverDate makes the fiscal year that a date lies in, as the organization's fiscal
// year has it, cut to the room between its neighbors.
func coverDate(ctx context.Context, tx *db.Tx, d calendar.Date) ([]periodUse, error) {
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return nil, err
	}
	around, err := neighbors(ctx, tx, d, d)
	if err != nil {
		return nil, err
	}
	if around.taken {
		// A rival made it while this waited.
		k, err := lookUp(ctx, tx, &pb.JournalEntry{Date: d.String()})
		return k.periods, err
	}
	start, end := calendar.FiscalYear(d, tx.Call().Organization.FiscalYearStart)
	if around.before != nil && !start.After(*around.before) {
		start = around.before.AddDays(1)
	}
	if around.after != nil && !end.Before(*around.after) {
		end = around.after.AddDays(-1)
	}
	made, err := addYear(ctx, tx, &pb.FiscalYear{StartDate: start.String(), EndDate: end.String()}, "date")
	if err != nil {
		return nil, err
	}
	return uses(made)
}
