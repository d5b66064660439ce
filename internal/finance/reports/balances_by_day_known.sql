select l.account_id, l.date, sum(l.base_amount_minor)::bigint as minor
from finance.journal_lines l
where l.org_id = $1
and l.date >= $2
and l.date <= $3
and ($4 or not l.closing)
and l.dimension_value_ids @> $5
and not l.dimension_value_ids && $6
and exists (
  select
  from finance.journal_entries e
  where e.org_id = $1
  and e.id = l.journal_entry_id
  and e.post_time > $7
) is false
group by l.account_id, l.date
