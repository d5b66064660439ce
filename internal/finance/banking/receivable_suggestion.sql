-- Returns up to $6 open receivables that lines may pay: those with one of the open amounts $2, also
-- after their discount, those with one of the numbers $3, and up to $5 of each of the customers $4.
-- Invoices come before late charges.
with candidates as (
  select r.id
  from finance.receivables r
  where r.org_id = $1
  and r.state = 'OPEN'
  and r.open_amount_minor = any($2)
  union
  select r.id
  from finance.receivables r
  where r.org_id = $1
  and r.state = 'OPEN'
  and r.discounted_amount_minor is not null
  and r.discounted_amount_minor = any($2)
  union
  select r.id
  from finance.receivables r
  where r.org_id = $1
  and r.state = 'OPEN'
  and r.number_key = any($3)
  union
  select o.id
  from unnest($4::uuid[]) as p (customer_id)
  cross join lateral (
    select r.id
    from finance.receivables r
    where r.org_id = $1
    and r.state = 'OPEN'
    and r.customer_id = p.customer_id
    order by r.kind = 'LATE_CHARGE', r.due_date, r.id
    limit $5
  ) o
)
select
  r.id,
  r.number,
  r.number_key,
  r.customer_id as customer,
  c.display_name as customer_name,
  r.date::text as date,
  r.kind = 'LATE_CHARGE' as late_charge,
  r.open_amount_currency as currency,
  r.open_amount_minor as open,
  coalesce((r.discount_date + r.discount_grace_days)::text, '') as discount_date,
  case
    when r.open_amount_minor = r.total_amount_minor then coalesce(r.discount_amount_minor, 0)
    else 0
  end as discount
from candidates k
join finance.receivables r on r.org_id = $1 and r.id = k.id
join finance.customers c on c.org_id = $1 and c.id = r.customer_id
order by r.kind = 'LATE_CHARGE', r.due_date, r.id
limit $6
