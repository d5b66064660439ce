select
  e.id,
  e.date::text as date,
  e.reference,
  e.description,
  e.notes,
  e.source,
  e.post_time
from finance.journal_entries e
where e.org_id = $1
and e.state = 'POSTED'
and e.date >= $2
and e.date <= $3
and (e.date, e.id) > ($4, $5)
and ($6::timestamptz is null or e.post_time <= $6)
and (
  $7::uuid[] = '{}'
  or exists (
    select
    from finance.journal_lines l
    where l.org_id = $1
    and l.journal_entry_id = e.id
    and l.dimension_value_ids @> $7
  )
)
order by e.date, e.id
limit $8
