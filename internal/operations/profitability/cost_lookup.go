package profitability

import (
	"context"
	"math/big"

	"github.com/google/uuid"

	"backoffice/internal/finance/ledger"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// readCostRates is the permission to read what the hours of persons cost.
const readCostRates = "operations.costRates.read"

// visibility says which costs a caller sees.
type visibility int

const (
	// masked shows no costs.
	masked visibility = iota
	// standardOnly shows costs with the standard cost rate for everyone.
	standardOnly
	// allCosts shows what the hours of each person cost.
	allCosts
)

// mayReadPay reports whether the caller may read what the hours of all persons cost.
func (s *Service) mayReadPay(c *call.Call) bool {
	return c.Reach(readCostRates) == call.All && (s.hooks.MayReadPay == nil || s.hooks.MayReadPay(c))
}

// visibilityOf returns which costs the caller sees.
func (s *Service) visibilityOf(ctx context.Context, tx *db.Tx) (visibility, error) {
	if s.mayReadPay(tx.Call()) {
		return allCosts, nil
	}
	settings, err := profitabilitySettings.Read(ctx, tx)
	if err != nil || !settings.StandardCostForAll {
		return masked, err
	}
	return standardOnly, nil
}

// storedCostRate is a cost rate that holds in a period.
type storedCostRate struct {
	ID       uuid.UUID
	PersonID uuid.NullUUID
	First    string
	Last     string
	Currency string
	Minor    int64
}

// loadCosts reads the costs of hours on the days of a period. Without individual, they are the
// standard costs of everyone.
func (s *Service) loadCosts(
	ctx context.Context, tx *db.Tx, start, end calendar.Date, individual bool,
) (costs, error) {
	c := costs{own: map[uuid.UUID][]span{}, pay: map[uuid.UUID][]span{}, base: tx.Call().Organization.CurrencyCode}
	stored, err := db.Collect[storedCostRate](ctx, tx, `
select r.id,
  r.person_id,
  r.start_date::text as first,
  coalesce(r.effective_end_date::text, '') as last,
  r.hourly_cost_currency as currency,
  r.hourly_cost_minor as minor
from operations.cost_rates r
where r.org_id = $1
and r.start_date <= $3
and coalesce(r.effective_end_date >= $2, true)
and (r.person_id is null or $4)`, tx.Call().Organization.ID, start.String(), end.String(), individual)
	if err != nil {
		return c, err
	}
	for _, r := range stored {
		found := span{start: r.First, end: r.Last, id: id.Format(costRates.Prefix(), r.ID), currency: r.Currency,
			amount: new(big.Rat).SetInt64(r.Minor)}
		if r.PersonID.Valid {
			c.own[r.PersonID.UUID] = append(c.own[r.PersonID.UUID], found)
		} else {
			c.standard = append(c.standard, found)
		}
	}
	if individual && s.hooks.ReadPay != nil {
		if err := s.loadPay(ctx, tx, c, start, end); err != nil {
			return c, err
		}
	}
	return c, c.loadPrices(ctx, tx, start, end)
}

// loadPay adds what persons are paid.
func (s *Service) loadPay(ctx context.Context, tx *db.Tx, c costs, start, end calendar.Date) error {
	settings, err := profitabilitySettings.Read(ctx, tx)
	if err != nil {
		return err
	}
	rules, err := rulesOf(settings)
	if err != nil {
		return err
	}
	pay, err := s.hooks.ReadPay(ctx, tx, start.String(), end.String())
	for _, p := range pay {
		found, err := p.span(rules)
		if err != nil {
			return err
		}
		c.pay[p.PersonID] = append(c.pay[p.PersonID], found)
	}
	return err
}

// loadPrices reads the prices of the currencies of all spans.
func (c *costs) loadPrices(ctx context.Context, tx *db.Tx, start, end calendar.Date) error {
	c.price = func(string, string) *big.Rat { return nil }
	var currencies []string
	note := func(spans []span) {
		for _, s := range spans {
			if s.currency != c.base {
				currencies = append(currencies, s.currency)
			}
		}
	}
	for _, spans := range c.own {
		note(spans)
	}
	for _, spans := range c.pay {
		note(spans)
	}
	note(c.standard)
	if currencies == nil {
		return nil
	}
	prices, err := ledger.ReadPrices(ctx, tx, currencies, start, end)
	c.price = func(currency, text string) *big.Rat {
		day, err := calendar.ParseDate(text)
		if err != nil {
			return nil
		}
		price, known := prices.On(currency, day)
		from, fromKnown := money.Digits(currency)
		to, toKnown := money.Digits(c.base)
		if !known || !fromKnown || !toKnown {
			return nil
		}
		return price.Shift(int32(to - from)).Rat()
	}
	return err
}

// timeQuery returns the query of the time on projects, split where costs change.
func (c costs) timeQuery(start, end calendar.Date, projects []uuid.UUID, noProject bool) timekeeping.ProjectTimeQuery {
	q := timekeeping.ProjectTimeQuery{Projects: projects, NoProject: noProject, Start: start.String(), End: end.String(),
		Days: c.changes(uuid.Nil, start, end), PersonDays: map[uuid.UUID][]string{}}
	for _, persons := range []map[uuid.UUID][]span{c.own, c.pay} {
		for person := range persons {
			if q.PersonDays[person] == nil {
				q.PersonDays[person] = c.changes(person, start, end)
			}
		}
	}
	return q
}
