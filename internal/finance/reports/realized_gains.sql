select
  e.id,
  l.date::text as date,
  e.description,
  coalesce((
    select case when count(distinct o.amount_currency) = 1 then min(o.amount_currency) end
    from finance.journal_lines o
    where o.org_id = $1
    and o.journal_entry_id = l.journal_entry_id
    and o.amount_currency <> l.amount_currency
  ), '') as currency,
  -l.base_amount_minor as minor
from finance.journal_lines l
-- The offset makes it a look-up for each line.
cross join lateral (
  select p.id, p.description, p.post_time
  from finance.journal_entries p
  where p.org_id = $1
  and p.id = l.journal_entry_id
  offset 0
) e
where l.org_id = $1
and l.date >= $2
and l.date <= $3
and not l.closing
and l.account_id = any(array(
  select a.id
  from finance.accounts a
  where a.org_id = $1
  and a.subtype = 'REALIZED_EXCHANGE_GAIN'
))
and l.dimension_value_ids @> $4
and ($5::timestamptz is null or e.post_time <= $5)
order by l.date, l.id
