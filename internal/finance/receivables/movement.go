package receivables

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// position is an amount with its carrying value in the organization's currency, in minor units.
type position struct{ minor, base int64 }

func (p position) plus(q position) position { return position{p.minor + q.minor, p.base + q.base} }

func (p position) negated() position { return position{-p.minor, -p.base} }

// partOf returns a part of the position with its share of the carrying value.
func (p position) partOf(minor int64) position {
	return position{minor, Proportion(p.base, minor, p.minor)}
}

// readPosition returns an amount and its carrying value.
func readPosition(amount, base *typepb.Money) (p position, err error) {
	if p.minor, err = money.Parse(amount.GetAmount(), amount.GetCurrencyCode()); err != nil {
		return p, err
	}
	p.base, err = money.Parse(base.GetAmount(), base.GetCurrencyCode())
	return p, err
}

// item is a receivable or a credit, whose open amount movements change.
type item struct {
	side, key, prefix, customerID, accountID, currency string
}

func ofReceivable(r *pb.Receivable) item {
	return item{"RECEIVABLE", r.Id, "rcv", r.CustomerId, r.AccountId, r.TotalAmount.GetCurrencyCode()}
}

func ofCredit(c *pb.CustomerCredit) item {
	return item{"CREDIT", c.Id, "ccr", c.CustomerId, c.AccountId, c.TotalAmount.GetCurrencyCode()}
}

// movement is a change of the open amount of an item on a day, such as an allocation.
type movement struct {
	item
	date string
	by   position
	// cause is the record that moved the amount, and entryID the entry that it posted.
	cause, entryID string
	// taxes are those of a deposit that the movement releases, or takes up again.
	taxes []*pb.CustomerCredit_Tax
}

// addMovement stores a movement. One that waited while a tax return was locked was not seen by it,
// so it is known later.
func addMovement(ctx context.Context, tx *db.Tx, m movement) error {
	key, err := id.Parse(m.prefix, m.key)
	if err != nil {
		return err
	}
	customer, err := id.Parse("cus", m.customerID)
	if err != nil {
		return err
	}
	account, err := id.Parse("acc", m.accountID)
	if err != nil {
		return err
	}
	var entry *uuid.UUID
	if m.entryID != "" {
		parsed, err := id.Parse("jrn", m.entryID)
		if err != nil {
			return err
		}
		entry = &parsed
	}
	c := tx.Call()
	_, err = tx.Exec(ctx, `
insert into finance.receivable_movements (org_id, id, side, item_id, customer_id, account_id, date, currency, amount_minor,
  base_amount_minor, cause, journal_entry_id, create_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, greatest($13, (
  select max(known_time) + interval '1 microsecond'
  from finance.tax_returns
  where org_id = $1
  and state <> 'DRAFT'
)))`,
		c.Organization.ID, id.New(), m.side, key, customer, account, m.date, m.currency, m.by.minor, m.by.base, m.cause,
		entry, c.Now())
	return err
}

// openItem is what is open of an item for a movement on a day.
type openItem struct {
	// since is the least amount that is open on the day or later, in minor units. At most this much
	// can be taken, because later days have used the rest.
	since int64
	// then is what was open at the end of the day, and now what is open after all movements.
	then, now position
}

// valueOf returns the carrying value of a part. What takes all that is open takes all of its value,
// so that nothing is left of the value when nothing is left of the amount.
func (o openItem) valueOf(minor int64) position {
	switch minor {
	case o.now.minor:
		return o.now
	case o.then.minor:
		return o.then
	}
	return o.now.partOf(minor)
}

// loadOpen reads what is open of an item for a movement on a day.
func loadOpen(ctx context.Context, tx *db.Tx, i item, date string) (o openItem, err error) {
	key, err := id.Parse(i.prefix, i.key)
	if err != nil {
		return o, err
	}
	err = tx.QueryRow(ctx, `
with days as (
  select
    date,
    sum(sum(amount_minor)) over (order by date)::bigint as open,
    sum(sum(base_amount_minor)) over (order by date)::bigint as base
  from finance.receivable_movements
  where org_id = $1
  and item_id = $2
  and side = $3
  group by date
), before as (
  select open, base
  from days
  where date <= $4
  order by date desc
  limit 1
), after as (
  select open, base
  from days
  order by date desc
  limit 1
)
select
  coalesce(least((select open from before), (select min(open) from days where date > $4)), 0),
  coalesce((select open from before), 0),
  coalesce((select base from before), 0),
  coalesce((select open from after), 0),
  coalesce((select base from after), 0)`, tx.Call().Organization.ID, key, i.side, date).
		Scan(&o.since, &o.then.minor, &o.then.base, &o.now.minor, &o.now.base)
	if o.then == (position{}) {
		o.since = 0 // nothing is open before the first movement
	}
	return o, err
}

// settleDate returns the day since which nothing is open of an item.
func settleDate(ctx context.Context, tx *db.Tx, i item) (string, error) {
	key, err := id.Parse(i.prefix, i.key)
	if err != nil {
		return "", err
	}
	var day calendar.Date
	err = tx.QueryRow(ctx, `
with days as (
  select date, sum(sum(amount_minor)) over (order by date)::bigint as open
  from finance.receivable_movements
  where org_id = $1
  and item_id = $2
  and side = $3
  group by date
)
select min(date)
from days
where date > coalesce((select max(date) from days where open > 0), '-infinity')`,
		tx.Call().Organization.ID, key, i.side).Scan(&day)
	return day.String(), err
}
