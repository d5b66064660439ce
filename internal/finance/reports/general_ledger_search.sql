select
  l.id,
  l.journal_entry_id,
  l.date::text as date,
  l.description,
  l.reference,
  l.notes,
  l.memo,
  l.source,
  l.source_id,
  l.minor,
  l.own_minor,
  l.running::bigint as running,
  l.own_running::bigint as own_running
from (
  select
    l.id,
    l.journal_entry_id,
    l.date,
    e.description,
    e.reference,
    e.notes,
    l.memo,
    e.source,
    e.source_id,
    l.base_amount_minor as minor,
    l.amount_minor as own_minor,
    sum(l.base_amount_minor) over listed as running,
    sum(l.amount_minor) over listed as own_running
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
  and l.dimension_value_ids @> $7
  and ($8::timestamptz is null or e.post_time <= $8)
  window listed as (order by l.date asc, l.id asc)
) l
where (l.date, l.id) > ($5, $6)
and position(lower($10) in lower(concat_ws(' ', l.description, l.reference, l.memo, l.notes))) > 0
order by l.date, l.id
limit $9
