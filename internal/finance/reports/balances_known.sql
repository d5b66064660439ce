select l.account_id, sum(l.base_amount_minor)::bigint as minor
from finance.journal_lines l
join finance.journal_entries e on e.org_id = l.org_id and e.id = l.journal_entry_id
where l.org_id = $1
and l.date >= $2
and l.date <= $3
and ($4 or not l.closing)
and l.dimension_value_ids @> $5
and not l.dimension_value_ids && $6
and e.post_time <= $7
group by l.account_id
