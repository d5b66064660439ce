package ledger

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var accountingPeriods = resource.New(table.New("finance.accounting_periods",
	table.Ref("fiscal_year_id", "fsy", func(p *pb.AccountingPeriod) *string { return &p.FiscalYearId }).Filter(),
	table.Date(
		"start_date", func(p *pb.AccountingPeriod) *string { return &p.StartDate },
	).Filter().Sort("accounting_periods_by_start_date"),
	table.Date("end_date", func(p *pb.AccountingPeriod) *string { return &p.EndDate }).Filter(),
	table.Enum("state", func(p *pb.AccountingPeriod) *pb.AccountingPeriod_State { return &p.State }).Filter(),
	table.Timestamp("close_time", func(p *pb.AccountingPeriod) **timestamppb.Timestamp { return &p.CloseTime }),
	table.Text("close_reason", func(p *pb.AccountingPeriod) *string { return &p.CloseReason }),
	table.Text("reopen_reason", func(p *pb.AccountingPeriod) *string { return &p.ReopenReason }),
).Rank(db.RankPeriod)).Lifecycle(periodLifecycle).Prepare("close", lockOrganization).Guard(
	"close", guardEarlierPeriodsClosed,
).
	Prepare("reopen", lockOrganization).Guard(
	"reopen", guardNoLaterPeriodClosed,
).DeclareEvents("created", "locked", "unlocked", "deleted").Open()

// periodLifecycle lists the transitions of a period that callers request. Closing and reopening the
// fiscal year also locks and unlocks it.
var periodLifecycle = state.New(func(r *pb.AccountingPeriod) *pb.AccountingPeriod_State {
	return &r.State
}, []state.Step[pb.AccountingPeriod_State]{
	{
		Verb: "close", Event: "closed",
		From: []pb.AccountingPeriod_State{pb.AccountingPeriod_OPEN}, To: pb.AccountingPeriod_CLOSED,
	},
	{
		Verb: "reopen", Event: "reopened",
		From: []pb.AccountingPeriod_State{pb.AccountingPeriod_CLOSED}, To: pb.AccountingPeriod_OPEN,
	},
})

// GetAccountingPeriod returns a period.
func (s *Service) GetAccountingPeriod(
	ctx context.Context, req *pb.GetAccountingPeriodRequest,
) (*pb.AccountingPeriod, error) {
	return accountingPeriods.Get(ctx, s.db, req.GetAccountingPeriodId())
}

// BatchGetAccountingPeriods returns several periods.
func (s *Service) BatchGetAccountingPeriods(
	ctx context.Context, req *pb.BatchGetAccountingPeriodsRequest,
) (*pb.BatchGetAccountingPeriodsResponse, error) {
	list, err := accountingPeriods.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetAccountingPeriodsResponse{AccountingPeriods: list}, err
}

// ListAccountingPeriods returns a page of periods.
func (s *Service) ListAccountingPeriods(
	ctx context.Context, req *pb.ListAccountingPeriodsRequest,
) (*pb.ListAccountingPeriodsResponse, error) {
	page, err := accountingPeriods.List(ctx, s.db, req)
	return &pb.ListAccountingPeriodsResponse{
		AccountingPeriods: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// insertPeriods stores the periods of a fiscal year from a day to another and returns them.
func insertPeriods(
	ctx context.Context, tx *db.Tx, year string, start, end calendar.Date,
) ([]*pb.AccountingPeriod, error) {
	periods := newMonthlyPeriods(year, start, end)
	return periods, accountingPeriods.InsertMany(ctx, tx, periods, func(int) string { return "" })
}

// newMonthlyPeriods returns a period of a fiscal year for each calendar month between two days. The
// first and the last month are cut to these days.
func newMonthlyPeriods(year string, start, end calendar.Date) (periods []*pb.AccountingPeriod) {
	for !start.After(end) {
		last := start.LastOfMonth()
		if last.After(end) {
			last = end
		}
		periods = append(periods, &pb.AccountingPeriod{
			FiscalYearId: year, StartDate: start.String(), EndDate: last.String(), State: pb.AccountingPeriod_OPEN,
		})
		if last == end {
			break
		}
		start = last.AddDays(1)
	}
	return periods
}

// periodUsesFrom converts periods to the form in which posting reads them.
func periodUsesFrom(periods []*pb.AccountingPeriod) (out []postingPeriod, err error) {
	for _, p := range periods {
		use := postingPeriod{state: p.State.String()}
		if use.start, err = calendar.ParseDate(p.StartDate); err != nil {
			return nil, err
		}
		if use.end, err = calendar.ParseDate(p.EndDate); err != nil {
			return nil, err
		}
		out = append(out, use)
	}
	return out, nil
}

// nextOpenDate returns the first day after a date that is in an open period. Without one, it
// creates the fiscal year after the last one and returns its first day.
func nextOpenDate(ctx context.Context, tx *db.Tx, date string) (string, error) {
	const next = `
select start_date
from finance.accounting_periods
where org_id = $1
and start_date > $2
and state = 'OPEN'
order by start_date
limit 1`
	sql := next
	if !arePeriodsFixed(tx) {
		sql = tx.Locking(db.RankPeriod, next+"\nfor share")
	}
	var start calendar.Date
	err := tx.QueryRow(ctx, sql, tx.Call().Organization.ID, date).Scan(&start)
	if !errors.Is(err, pgx.ErrNoRows) {
		return start.String(), err
	}
	var last calendar.Date
	err = tx.QueryRow(ctx, `
select max(end_date)
from finance.accounting_periods
where org_id = $1`, tx.Call().Organization.ID).Scan(&last)
	if err != nil {
		return "", err
	}
	following := last.AddDays(1)
	_, err = createPeriodsFor(ctx, tx, following)
	return following.String(), err
}
