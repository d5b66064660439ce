select
  e.id,
  l.date::text as date,
  e.description,
  coalesce((
    select case when count(distinct o.amount_currency) = 1 then min(o.amount_currency) end
    from finance.journal_lines o
    where o.org_id = l.org_id
    and o.journal_entry_id = l.journal_entry_id
    and o.amount_currency <> l.amount_currency
  ), '') as currency,
  -l.base_amount_minor as minor
from finance.journal_lines l
join finance.accounts a on a.org_id = l.org_id and a.id = l.account_id
join finance.journal_entries e on e.org_id = l.org_id and e.id = l.journal_entry_id
where l.org_id = $1
and l.date >= $2
and l.date <= $3
and not l.closing
and a.subtype = 'REALISED_EXCHANGE_GAIN'
and l.dimension_value_ids @> $4
and ($5::timestamptz is null or e.post_time <= $5)
order by l.date, l.id
