select
  e.id as entry_id,
  e.date::text as date,
  e.description,
  e.reference,
  e.source,
  l.line_number,
  l.account_id,
  l.amount_currency as currency,
  l.amount_minor as minor,
  l.base_amount_minor as base,
  coalesce(l.exchange_rate::text, '') as rate,
  l.memo,
  l.closing,
  coalesce((
    select string_agg(d.display_name || ': ' || v.display_name, ', ' order by d.display_name)
    from finance.dimension_values v
    join finance.dimensions d on d.org_id = v.org_id and d.id = v.dimension_id
    where v.org_id = l.org_id
    and v.id = any(l.dimension_value_ids)
  ), '') as dimensions
from finance.journal_lines l
join finance.journal_entries e on e.org_id = l.org_id and e.id = l.journal_entry_id
where l.org_id = $1
and l.date >= $2
and l.date <= $3
order by l.date, l.journal_entry_id, l.line_number
limit $4
