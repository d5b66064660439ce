select
  a.id,
  a.closing_account_id,
  c.archive_time is not null as archived,
  l.dimension_value_ids,
  sum(l.base_amount_minor)::bigint as minor
from finance.accounts a
join finance.journal_lines l on l.org_id = a.org_id and l.account_id = a.id
left join finance.accounts c on c.org_id = a.org_id and c.id = a.closing_account_id
where a.org_id = $1
and a.type in ('INCOME', 'EXPENSE')
and l.date >= $2
and l.date <= $3
and not l.closing
group by a.id, a.code, a.closing_account_id, c.archive_time, l.dimension_value_ids
having sum(l.base_amount_minor) <> 0
order by l.dimension_value_ids, a.closing_account_id, a.code, a.id
