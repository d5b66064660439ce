select l.account_id, l.date, sum(l.base_amount_minor)::bigint as minor
from finance.journal_lines l
join finance.journal_entries e on e.org_id = l.org_id and e.id = l.journal_entry_id
where l.org_id = $1
and l.date >= $2
and l.date <= $3
and not l.closing
and l.dimension_value_ids @> $4
and not l.dimension_value_ids && $5
and e.post_time <= $6
group by l.account_id, l.date
