select
  l.account_id,
  coalesce(sum(l.base_amount_minor) filter (where l.base_amount_minor > 0), 0)::bigint as debits,
  coalesce(-sum(l.base_amount_minor) filter (where l.base_amount_minor < 0), 0)::bigint as credits
from finance.journal_lines l
where l.org_id = $1
and l.date >= $2
and l.date <= $3
and l.dimension_value_ids @> $4
and exists (
  select
  from finance.journal_entries e
  where e.org_id = $1
  and e.id = l.journal_entry_id
  and e.post_time > $5
) is false
group by l.account_id
