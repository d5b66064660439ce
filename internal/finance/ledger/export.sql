select
  e.id as entry_id,
  e.date::text as date,
  e.description,
  e.reference,
  e.source,
  coalesce(e.external_id, '') as external_id,
  coalesce(e.metadata::text, '') as metadata,
  coalesce(e.custom_fields::text, '') as custom_fields,
  l.line_number,
  l.account_id,
  l.amount_currency as currency,
  l.amount_minor as minor,
  l.base_amount_minor as base,
  coalesce(l.exchange_rate::text, '') as rate,
  l.memo,
  l.closing,
  l.dimension_value_ids
from finance.journal_lines l
-- The offset keeps the planner from flattening the subquery, so that it looks up the entry of each
-- line by its key.
cross join lateral (
  select p.id, p.date, p.description, p.reference, p.source, p.external_id, p.metadata, p.custom_fields
  from finance.journal_entries p
  where p.org_id = $1
  and p.id = l.journal_entry_id
  offset 0
) e
where l.org_id = $1
and l.date >= $2
and l.date <= $3
order by l.date, l.journal_entry_id, l.line_number
limit $4
