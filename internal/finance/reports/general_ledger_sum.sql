select coalesce(sum(l.base_amount_minor), 0)::bigint, coalesce(sum(l.amount_minor), 0)::bigint
from finance.journal_lines l
where l.org_id = $1
and l.account_id = $2
and l.date >= $3
and (l.date, l.id) <= ($4, $5)
and l.dimension_value_ids @> $6
and exists (
  select
  from finance.journal_entries e
  where e.org_id = $1
  and e.id = l.journal_entry_id
  and e.post_time > $7
) is false
