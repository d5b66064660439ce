select
  r.customer_id,
  round(avg(r.settle_date - r.due_date))::integer as days,
  count(*) as count
from finance.receivables r
-- The offset makes it a look-up for each receivable, also in organizations without statistics.
cross join lateral (
  select t.state
  from finance.invoices t
  where t.org_id = $1
  and t.id = r.id
  offset 0
) i
-- Only a payment that settled the last amount says when the customer pays.
cross join lateral (
  select a.id
  from finance.allocations a
  join finance.customer_credits c on c.org_id = $1 and c.id = a.customer_credit_id
  where a.org_id = $1
  and a.receivable_id = r.id
  and a.state = 'ACTIVE'
  and a.date = r.settle_date
  and c.kind = 'PAYMENT'
  limit 1
) p
where r.org_id = $1
and r.customer_id = any($2)
and r.kind = 'INVOICE'
and r.state = 'SETTLED'
and r.settle_date <= $3
and i.state = 'ISSUED'
group by r.customer_id
