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
	table.Date(
		"start_date", func(y *pb.FiscalYear) *string { return &y.StartDate },
	).Filter().Sort("fiscal_years_by_start_date"),
	table.Date("end_date", func(y *pb.FiscalYear) *string { return &y.EndDate }).Filter(),
	table.Enum("state", func(y *pb.FiscalYear) *pb.FiscalYear_State { return &y.State }).Filter(),
	table.Refs("closing_entry_ids", "jrn", func(y *pb.FiscalYear) *[]string { return &y.ClosingEntryIds }),
	table.Money("net_income", func(y *pb.FiscalYear) **typepb.Money { return &y.NetIncome }),
	table.Timestamp("close_time", func(y *pb.FiscalYear) **timestamppb.Timestamp { return &y.CloseTime }),
	table.Text("reopen_reason", func(y *pb.FiscalYear) *string { return &y.ReopenReason }),
	table.Enum("reporting_framework", func(y *pb.FiscalYear) *pb.FiscalYear_ReportingFramework {
		return &y.ReportingFramework
	}),
).Rank(db.RankPeriod)).Lifecycle(yearLifecycle).Prepare("close", lockYearPeriods).Guard(
	"close", guardPeriodsClosed,
).Guard("close", guardArchivedClosingAccounts).
	Prepare(
		"reopen", lockYearPeriods,
	).Guard("reopen", guardNoLaterYearClosed).Open().LockFirst(
	func(ctx context.Context, tx *db.Tx, y *pb.FiscalYear) error {
		// Reopening the year reverses its closing entries.
		_, err := journalEntries.Table().LockMany(ctx, tx, y.ClosingEntryIds)
		return err
	},
)

var yearLifecycle = state.New(func(r *pb.FiscalYear) *pb.FiscalYear_State {
	return &r.State
}, []state.Step[pb.FiscalYear_State]{
	{Verb: "close", Event: "closed", From: []pb.FiscalYear_State{pb.FiscalYear_OPEN}, To: pb.FiscalYear_CLOSED},
	{Verb: "reopen", Event: "reopened", From: []pb.FiscalYear_State{pb.FiscalYear_CLOSED}, To: pb.FiscalYear_OPEN},
})

// CreateFiscalYear creates a fiscal year and its accounting periods.
func (s *Service) CreateFiscalYear(ctx context.Context, req *pb.CreateFiscalYearRequest) (*pb.FiscalYear, error) {
	return fiscalYears.CreateWith(ctx, s.db, req.GetFiscalYear(), createYear)
}

// createYear stores a year and its periods under the organization's lock.
func createYear(ctx context.Context, tx *db.Tx, _, y *pb.FiscalYear) error {
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return err
	}
	start, end, err := insertYear(ctx, tx, y)
	if err != nil {
		return err
	}
	if _, err := insertPeriods(ctx, tx, y.Id, start, end); err != nil {
		return err
	}
	// The allowed actions depend on the periods, which are stored after the year.
	created, err := fiscalYears.Find(ctx, tx, y.Id)
	y.AllowedActions = created.GetAllowedActions()
	return err
}

// GetFiscalYear returns a year.
func (s *Service) GetFiscalYear(ctx context.Context, req *pb.GetFiscalYearRequest) (*pb.FiscalYear, error) {
	return fiscalYears.Get(ctx, s.db, req.GetFiscalYearId())
}

// BatchGetFiscalYears returns several years.
func (s *Service) BatchGetFiscalYears(
	ctx context.Context, req *pb.BatchGetFiscalYearsRequest,
) (*pb.BatchGetFiscalYearsResponse, error) {
	list, err := fiscalYears.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetFiscalYearsResponse{FiscalYears: list}, err
}

// ListFiscalYears returns a page of years.
func (s *Service) ListFiscalYears(
	ctx context.Context, req *pb.ListFiscalYearsRequest,
) (*pb.ListFiscalYearsResponse, error) {
	page, err := fiscalYears.List(ctx, s.db, req)
	return &pb.ListFiscalYearsResponse{FiscalYears: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// insertYear stores a fiscal year without its periods, and returns its first and last day. The
// caller holds the organization's lock, so that no two years overlap.
func insertYear(ctx context.Context, tx *db.Tx, y *pb.FiscalYear) (start, end calendar.Date, err error) {
	y.State = pb.FiscalYear_OPEN
	setBounds := func(ctx context.Context, tx *db.Tx, _, y *pb.FiscalYear) (err error) {
		if start, end, err = yearBounds(tx.Call(), y); err != nil {
			return err
		}
		return checkRoom(ctx, tx, start, end)
	}
	err = fiscalYears.Insert(ctx, tx, y, setBounds, setDefaultFramework)
	return start, end, err
}

// maxYearDays is the most days of a fiscal year. A long first year may last up to two years.
const maxYearDays = 2 * 366

// yearBounds returns the first and the last day of a fiscal year. A year without an end date ends
// with the organization's usual fiscal year, and yearBounds sets its end date.
func yearBounds(c *call.Call, y *pb.FiscalYear) (start, end calendar.Date, err error) {
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

// checkRoom refuses a fiscal year that overlaps another. It also refuses a year that begins before
// the books are closed, since its entries would change the closed balances.
func checkRoom(ctx context.Context, tx *db.Tx, start, end calendar.Date) error {
	var overlaps bool
	err := tx.QueryRow(ctx, `
select exists (
  select
  from finance.fiscal_years
  where org_id = $1
  and start_date <= $3
  and end_date >= $2
)`, tx.Call().Organization.ID, start.String(), end.String()).Scan(&overlaps)
	if err != nil {
		return err
	}
	if overlaps {
		return fault.InvalidFor(
			optionsv1.Reason_FISCAL_YEARS_OVERLAP, fault.At("startDate", "%s to %s overlaps another fiscal year", start, end),
		)
	}
	closed, err := closedThrough(ctx, tx)
	if err == nil && !start.After(*closed) {
		return closedPeriodError("startDate", *closed)
	}
	return err
}
