package timebilling

import (
	"context"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// pricedTime is time on a project that has one price.
type pricedTime struct {
	timekeeping.ProjectTime
	project string
	// price is nil if no rate applies.
	price *decimal.Decimal
}

// PricedTimes are times on projects with their prices.
type PricedTimes []pricedTime

// SplitByRates lets a query split time where billing rates begin or end, and by the tasks that have
// rates, so that each row has one price. Unbilled time is rounded as the settings say.
func SplitByRates(ctx context.Context, tx *db.Tx, q *timekeeping.ProjectTimeQuery) error {
	settings, err := timekeeping.ReadSettings(ctx, tx)
	if err != nil {
		return err
	}
	q.Rounding = roundingOf(settings.RoundingMinutes, settings.Rounding)
	days, tasks, err := readRateChanges(ctx, tx)
	q.SplitOn(days...)
	q.Tasks = tasks
	return err
}

// PriceTimes returns the times of a query that SplitByRates has changed with their prices. Time on
// other projects than those of the list is left out.
func PriceTimes(
	ctx context.Context, tx *db.Tx, list []*pb.Project, times []timekeeping.ProjectTime,
) (out PricedTimes, err error) {
	byID := map[string]*pb.Project{}
	for _, p := range list {
		byID[p.Id] = p
	}
	var hours []hour
	for _, t := range times {
		p := byID[id.Format("prj", t.ProjectID.UUID)]
		if p == nil {
			continue
		}
		hours = append(hours, hour{person: id.Format("prs", t.PersonID), task: taskOf(t.TaskID), project: p.Id,
			customer: p.CustomerId, date: t.FirstDate, currency: p.CurrencyCode})
		out = append(out, pricedTime{t, p.Id, nil})
	}
	known, err := loadRates(ctx, tx, hours)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if rate := known.choose(hours[i]).rate; rate != nil {
			price, err := decimal.NewFromString(rate.HourlyRate.GetAmount())
			if err != nil {
				return nil, err
			}
			out[i].price = &price
		}
	}
	return out, nil
}

// spending returns what was spent on each project.
func (p PricedTimes) spending() map[string]spending {
	out := map[string]spending{}
	for _, t := range p {
		s := out[t.project]
		s.seconds += t.Seconds
		s.add(t, t.Billable, t.Billable)
		out[t.project] = s
	}
	return out
}

// readRateChanges returns the days on which billing rates begin or have ended, sorted, and the
// tasks with billing rates.
func readRateChanges(ctx context.Context, tx *db.Tx) (days []string, tasks []uuid.UUID, err error) {
	if days, err = db.CollectColumn[string](ctx, tx, `
select r.start_date::text
from operations.billing_rates r
where r.org_id = $1
union
select (r.effective_end_date + 1)::text
from operations.billing_rates r
where r.org_id = $1
and r.effective_end_date is not null
order by 1`, tx.Call().Organization.ID); err != nil {
		return nil, nil, err
	}
	tasks, err = db.CollectColumn[uuid.UUID](ctx, tx, `
select distinct r.task_id
from operations.billing_rates r
where r.org_id = $1
and r.task_id is not null`, tx.Call().Organization.ID)
	return days, tasks, err
}

func taskOf(key uuid.NullUUID) string {
	if !key.Valid {
		return ""
	}
	return id.Format("tsk", key.UUID)
}

// Unbilled is the price of unbilled time on a project.
type Unbilled struct {
	// Minor is the price in minor units of the project's currency, after rounding of time entries.
	Minor int64
	// UnpricedSeconds is the time without a billing rate.
	UnpricedSeconds int64
}

// Unbilled returns the price of the unbilled time of a period on projects, by their identifiers.
// Time on projects that are not billed by TIME_AND_MATERIALS has no price.
func (p PricedTimes) Unbilled(list []*pb.Project, start, end string) (map[string]Unbilled, error) {
	currencies, sums, out := map[string]string{}, map[string]spending{}, map[string]Unbilled{}
	for _, project := range list {
		if project.Billing == pb.Project_TIME_AND_MATERIALS {
			currencies[project.Id] = project.CurrencyCode
		}
	}
	for _, t := range p {
		if currencies[t.project] != "" && t.IsWithin(start, end) {
			s := sums[t.project]
			s.add(t, t.Unbilled, t.UnbilledRounded)
			sums[t.project] = s
		}
	}
	for project, s := range sums {
		minor, err := s.minor(currencies[project])
		if err != nil {
			return nil, err
		}
		out[project] = Unbilled{Minor: minor, UnpricedSeconds: s.unpriced}
	}
	return out, nil
}
