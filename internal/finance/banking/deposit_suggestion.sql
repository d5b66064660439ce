-- Returns up to $3 issued deposit requests that have one of the numbers $2 and are not paid in full.
select
  d.id,
  d.number,
  d.number_key,
  d.customer_id as customer,
  c.display_name as customer_name,
  d.issue_date::text as date,
  d.total_amount_currency as currency,
  (d.total_amount_minor - p.paid)::bigint as open
from finance.deposit_requests d
join finance.customers c on c.org_id = $1 and c.id = d.customer_id
cross join lateral (
  select coalesce(sum(p.amount_minor), 0) as paid
  from finance.payments p
  where p.org_id = $1
  and p.deposit_request_id = d.id
  and p.state = 'RECORDED'
) p
where d.org_id = $1
and d.state = 'ISSUED'
and d.number_key = any($2)
and d.total_amount_minor > p.paid
order by d.due_date, d.id
limit $3
