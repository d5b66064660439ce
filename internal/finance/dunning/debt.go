package dunning

import (
	"context"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/dunning/interest"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// debt is what interest and fixed sum of an invoice depend on.
type debt struct {
	balances []interest.Balance
	// charged are the days that earlier notices charged.
	charged []interest.Range
	// size is what was open at the end of the due date, in minor units.
	size int64
}

// newDebt returns the debt of an open invoice. An invoice that was taken over was open since its
// date, also before the opening date.
func newDebt(i openInvoice, balances []interest.Balance, charged []interest.Range) debt {
	d := debt{balances: balances, charged: charged}
	if i.Kind == pb.Receivable_OPENING_INVOICE.String() && len(balances) > 0 {
		d.balances = slices.Clone(balances)
		d.balances[0].Since = calendar.Earlier(i.Date, balances[0].Since)
	}
	if d.size = interest.OpenOn(d.balances, i.DueDate); d.size <= 0 {
		d.size = i.Minor
	}
	return d
}

// invoices returns the receivables of the invoices of a plan.
func (p runPlan) invoices() []uuid.UUID {
	keys := make([]uuid.UUID, len(p.steps))
	for i, s := range p.steps {
		keys[i] = s.ID
	}
	return keys
}

// loadBalances reads what was open of the invoices of a plan since each day of a change.
func loadBalances(ctx context.Context, tx *db.Tx, plan runPlan) (map[uuid.UUID][]interest.Balance, error) {
	type change struct {
		ItemID uuid.UUID
		Date   calendar.Date
		Open   int64
	}
	changes, err := db.Collect[change](ctx, tx, `
select item_id, date, sum(sum(amount_minor)) over (partition by item_id order by date)::bigint as open
from finance.receivable_movements
where org_id = $1
and item_id = any($2)
and side = 'RECEIVABLE'
and date <= $3
group by item_id, date
order by item_id, date`, tx.Call().Organization.ID, plan.invoices(), plan.day.String())
	balances := map[uuid.UUID][]interest.Balance{}
	for _, c := range changes {
		balances[c.ItemID] = append(balances[c.ItemID], interest.Balance{Since: c.Date, Minor: c.Open})
	}
	return balances, err
}

// loadChargedDays reads the days for which notices charged interest on the invoices of a plan,
// without those that may be charged again.
func loadChargedDays(ctx context.Context, tx *db.Tx, plan runPlan) (map[uuid.UUID][]interest.Range, error) {
	type span struct {
		ReceivableID uuid.UUID
		First, Last  calendar.Date
	}
	spans, err := db.Collect[span](ctx, tx, `
select l.receivable_id, (s.span ->> 'startDate')::date as first, (s.span ->> 'endDate')::date as last
from finance.dunning_notice_lines l
cross join lateral jsonb_array_elements(l.interest_spans) s (span)
where l.org_id = $1
and l.receivable_id = any($2)
and not l.repeatable`, tx.Call().Organization.ID, plan.invoices())
	charged := map[uuid.UUID][]interest.Range{}
	for _, s := range spans {
		charged[s.ReceivableID] = append(charged[s.ReceivableID], interest.Range{Start: s.First, End: s.Last})
	}
	return charged, err
}
