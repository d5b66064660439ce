select
  l.id,
  l.journal_entry_id,
  l.date::text as date,
  e.description,
  e.reference,
  e.notes,
  l.memo,
  e.source,
  e.source_id,
  l.base_amount_minor as minor,
  l.amount_minor as own_minor,
  0::bigint as running,
  0::bigint as own_running
from finance.journal_lines l
-- The offset makes it a look-up for each line.
cross join lateral (
  select p.description, p.reference, p.notes, p.post_time, p.source, p.source_id
  from finance.journal_entries p
  where p.org_id = $1
  and p.id = l.journal_entry_id
  offset 0
) e
where l.org_id = $1
and l.account_id = $2
and l.date between $3 and $4
and (l.date, l.id) > ($5, $6)
and l.dimension_value_ids @> $7
and ($8::timestamptz is null or e.post_time <= $8)
order by l.date, l.id
limit $9
