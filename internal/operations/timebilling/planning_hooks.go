package timebilling

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/operations/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/operations/planning"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// PlanningHooks tell planning what was worked on a project, and what of it is not billed.
func PlanningHooks() planning.Hooks {
	return planning.Hooks{FindOutstanding: findOutstanding, SumTime: sumTime}
}

// findOutstanding returns the running timers of a project and its unbilled time. It reads timers
// first, so that it finds the time of one that is stopped concurrently.
func findOutstanding(ctx context.Context, tx *db.Tx, p *pb.Project) ([]*planning.Outstanding, error) {
	running, err := findTimers(ctx, tx, p)
	if err != nil {
		return nil, err
	}
	unbilled, err := findUnbilledTime(ctx, tx, p)
	return append(running, unbilled...), err
}

// findTimers returns the timers that run on a project, with their time until now.
func findTimers(ctx context.Context, tx *db.Tx, p *pb.Project) ([]*planning.Outstanding, error) {
	timers, err := timekeeping.TimersOfProject(ctx, tx, p.Id)
	if err != nil {
		return nil, err
	}
	items := make([]*pb.CloseOutProjectResponse_Item, len(timers))
	for i, t := range timers {
		items[i] = &pb.CloseOutProjectResponse_Item{RecordId: t.Id, DisplayName: t.Note,
			Seconds: int32(tx.Call().Now().Sub(t.StartTime.AsTime()) / time.Second)}
	}
	o, err := planning.NewOutstanding(pb.CloseOutProjectResponse_Outstanding_RUNNING_TIMERS, items)
	return []*planning.Outstanding{o}, err
}

// sumTime returns the time worked on a project, and the price of the billable time at its rates.
func sumTime(ctx context.Context, tx *db.Tx, p *pb.Project) (int64, *typepb.Money, error) {
	spent, err := spentOn(ctx, tx, []*pb.Project{p}, "")
	if err != nil {
		return 0, nil, err
	}
	minor, err := spent[p.Id].minor(p.CurrencyCode)
	if err != nil {
		return 0, nil, err
	}
	return spent[p.Id].seconds, money.ToProto(minor, p.CurrencyCode), nil
}

// findUnbilledTime returns the billable time of a project that is not on an invoice, whoever worked
// it. An entry without a rate has no amount.
func findUnbilledTime(ctx context.Context, tx *db.Tx, p *pb.Project) ([]*planning.Outstanding, error) {
	entries, err := timekeeping.UnbilledOfProject(ctx, tx, p.Id)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	hours := make([]hour, len(entries))
	for i, e := range entries {
		hours[i] = hour{person: id.Format("prs", e.PersonID), task: taskOf(e.TaskID), project: p.Id,
			customer: p.CustomerId, date: e.WorkDate, currency: p.CurrencyCode}
	}
	known, err := loadRates(ctx, tx, hours)
	if err != nil {
		return nil, err
	}
	items := make([]*pb.CloseOutProjectResponse_Item, len(entries))
	for i, e := range entries {
		items[i] = &pb.CloseOutProjectResponse_Item{RecordId: id.Format("tim", e.ID), DisplayName: e.Note,
			DueDate: e.WorkDate, Seconds: e.DurationSeconds}
		rate := known.choose(hours[i]).rate
		if rate == nil {
			continue
		}
		price, err := decimal.NewFromString(rate.HourlyRate.GetAmount())
		if err != nil {
			return nil, err
		}
		minor, err := spending{amount: price.Mul(decimal.NewFromInt32(e.DurationSeconds))}.minor(p.CurrencyCode)
		if err != nil {
			return nil, err
		}
		items[i].Amount = money.ToProto(minor, p.CurrencyCode)
	}
	o, err := planning.NewOutstanding(pb.CloseOutProjectResponse_Outstanding_UNBILLED_TIME, items)
	return []*planning.Outstanding{o}, err
}
