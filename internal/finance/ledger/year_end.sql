select
  a.id,
  l.dimension_value_ids,
  sum(l.base_amount_minor)::bigint as minor
from finance.accounts a
join finance.journal_lines l on l.org_id = a.org_id and l.account_id = a.id
where a.org_id = $1
and a.type in ('INCOME', 'EXPENSE')
and l.date >= $2
and l.date <= $3
and not l.closing
group by a.id, a.code, l.dimension_value_ids
having sum(l.base_amount_minor) <> 0
order by l.dimension_value_ids, a.code, a.id
