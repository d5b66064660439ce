with opened as (
  select
    r.id,
    r.date,
    r.settle_date,
    r.state,
    i.state as invoice_state,
    r.total_amount_currency as currency,
    r.total_amount_minor as minor,
    m.base
  from finance.receivables r
  -- The offsets make look-ups for each receivable, also in organizations without statistics.
  cross join lateral (
    select t.base_amount_minor as base
    from finance.receivable_movements t
    where t.org_id = $1
    and t.item_id = r.id
    and t.side = 'RECEIVABLE'
    and t.cause = r.document_id
    and t.amount_minor > 0
    offset 0
  ) m
  left join lateral (
    select t.state
    from finance.invoices t
    where t.org_id = $1
    and t.id = r.id
    offset 0
  ) i on true
  where r.org_id = $1
  and r.kind in ('INVOICE', 'OPENING_INVOICE')
  and r.state <> 'CANCELED'
  and (r.date between $2 and $3 or r.settle_date between $2 and $3)
  and ($4::uuid is null or r.customer_id = $4)
), months as (
  select 'ISSUED' as kind, date_trunc('month', o.date)::date as month, o.currency, o.minor, o.base
  from opened o
  where o.date between $2 and $3
  union all
  select 'PAID', date_trunc('month', o.settle_date)::date, o.currency, p.minor, p.base
  from opened o
  cross join lateral (
    select sum(a.settled_amount_minor) as minor, sum(a.base_amount_minor) as base, max(a.date) as last_date
    from finance.allocations a
    join finance.customer_credits c on c.org_id = $1 and c.id = a.customer_credit_id
    where a.org_id = $1
    and a.receivable_id = o.id
    and a.state = 'ACTIVE'
    and c.kind = 'PAYMENT'
    offset 0
  ) p
  where o.state = 'SETTLED'
  and o.settle_date between $2 and $3
  and o.settle_date = p.last_date
  and o.invoice_state is distinct from 'WRITTEN_OFF'
)
select
  m.kind,
  m.month,
  m.currency,
  count(*) as count,
  sum(m.minor)::bigint as minor,
  sum(m.base)::bigint as base
from months m
group by m.kind, m.month, m.currency
order by m.kind, m.month, m.currency
