with items as (
  select
    m.item_id,
    m.side,
    m.customer_id,
    sum(m.base_amount_minor)::bigint as minor
  from finance.receivable_movements m
  where m.org_id = $1
  and m.date <= $2
  and ($4::timestamptz is null or m.create_time <= $4)
  and ($5::uuid is null or m.customer_id = $5)
  group by m.item_id, m.side, m.customer_id
  having sum(m.amount_minor) <> 0 or sum(m.base_amount_minor) <> 0
), amounts as (
  select
    i.customer_id,
    -1 as bucket,
    sum(i.minor)::bigint as minor
  from items i
  where i.side = 'CREDIT'
  group by i.customer_id
  union all
  select
    i.customer_id,
    -- The number of last days that have passed, and 0 for what is not due.
    width_bucket($2::date - r.due_date, array[1] || array(
      select d + 1
      from unnest($3::integer[]) d
    )) as bucket,
    sum(i.minor)::bigint as minor
  from items i
  join finance.receivables r on r.org_id = $1 and r.id = i.item_id
  where i.side = 'RECEIVABLE'
  group by i.customer_id, bucket
)
select
  a.customer_id,
  c.display_name as customer_name,
  a.bucket::bigint as bucket,
  a.minor
from amounts a
join finance.customers c on c.org_id = $1 and c.id = a.customer_id
order by c.display_name, a.customer_id, a.bucket
