select
  l.id,
  l.journal_entry_id,
  l.date::text as date,
  e.description,
  e.reference,
  l.memo,
  l.base_amount_minor as minor
from finance.journal_lines l
join finance.journal_entries e on e.org_id = l.org_id and e.id = l.journal_entry_id
where l.org_id = $1
and l.account_id = $2
and l.date >= $3
and l.date <= $4
and (l.date, l.id) > ($5, $6)
and l.dimension_value_ids @> $7
and ($8::timestamptz is null or e.post_time <= $8)
order by l.date, l.id
limit $9
