with candidates as (
  select r.id
  from finance.receivables r
  where r.org_id = $1
  and r.state = 'OPEN'
  and ($4::uuid is null or r.customer_id = $4)
  union
  -- What was settled later.
  select r.id
  from finance.receivables r
  where r.org_id = $1
  and r.settle_date > $2
  and r.date <= $2
  and ($4::uuid is null or r.customer_id = $4)
  union
  -- What may have been canceled later.
  select r.id
  from finance.receivables r
  where r.org_id = $1
  and r.state = 'CANCELED'
  and r.date <= $2
  and ($4::uuid is null or r.customer_id = $4)
  union
  -- What was settled or canceled by movements that were not known.
  select m.item_id
  from finance.receivable_movements m
  where $3::timestamptz is not null
  and m.org_id = $1
  and m.side = 'RECEIVABLE'
  and m.create_time > $3
  and ($4::uuid is null or m.customer_id = $4)
)
select
  r.id,
  r.customer_id,
  c.display_name as customer_name,
  r.document_id,
  r.kind,
  r.number,
  r.date,
  r.due_date as due_date,
  r.account_id,
  r.total_amount_currency as currency,
  r.total_amount_minor as total,
  i.minor,
  i.base
from candidates
-- The offsets make look-ups for each item, also in organizations without statistics.
cross join lateral (
  select sum(m.amount_minor)::bigint as minor, sum(m.base_amount_minor)::bigint as base
  from finance.receivable_movements m
  where m.org_id = $1
  and m.item_id = candidates.id
  and m.side = 'RECEIVABLE'
  and m.date <= $2
  and ($3::timestamptz is null or m.create_time <= $3)
  offset 0
) i
cross join lateral (
  select *
  from finance.receivables t
  where t.org_id = $1
  and t.id = candidates.id
  offset 0
) r
cross join lateral (
  select t.display_name
  from finance.customers t
  where t.org_id = $1
  and t.id = r.customer_id
  offset 0
) c
where i.minor <> 0
order by c.display_name, r.customer_id, r.due_date, r.number, r.id
