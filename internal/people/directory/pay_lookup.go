package directory

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/people/v1"
	"backoffice/internal/operations/profitability"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// ProfitabilityHooks say what an hour of a person costs by what the person is paid.
func ProfitabilityHooks() profitability.Hooks {
	return profitability.Hooks{ReadPay: readPay, MayReadPay: func(c *call.Call) bool {
		return c.Reach("people.compensations.read") == call.All
	}}
}

// storedPay is a compensation with its person.
type storedPay struct {
	ID, PersonID  uuid.UUID
	First, Last   string
	Currency, Per string
	Minor         int64
}

// readPay returns the compensations that hold on days of a period.
func readPay(ctx context.Context, tx *db.Tx, start, end string) ([]profitability.Pay, error) {
	stored, err := db.Collect[storedPay](ctx, tx, `
select c.id,
  e.person_id,
  c.start_date::text as first,
  coalesce(c.effective_end_date::text, '') as last,
  c.amount_currency as currency,
  c.period as per,
  c.amount_minor as minor
from people.compensations c
join people.employees e on e.org_id = $1 and e.id = c.employee_id
where c.org_id = $1
and c.start_date <= $3
and coalesce(c.effective_end_date >= $2, true)`, tx.Call().Organization.ID, start, end)
	out := make([]profitability.Pay, len(stored))
	for i, c := range stored {
		out[i] = profitability.Pay{ID: id.Format(compensations.Prefix(), c.ID), PersonID: c.PersonID, StartDate: c.First,
			EndDate: c.Last, Amount: money.ToProto(c.Minor, c.Currency), PerYear: timesPerYear(c.Per)}
	}
	return out, err
}

// timesPerYear returns how often pay is paid in a year of 52 weeks of 5 days, 0 if it is paid per
// hour.
func timesPerYear(period string) int64 {
	return map[pb.Compensation_Period]int64{pb.Compensation_DAY: 260, pb.Compensation_WEEK: 52,
		pb.Compensation_MONTH: 12, pb.Compensation_YEAR: 1}[pb.Compensation_Period(pb.Compensation_Period_value[period])]
}
