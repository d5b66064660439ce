with results as materialized (
  select l.account_id, l.dimension_value_ids, sum(l.base_amount_minor)::bigint as minor
  from finance.journal_lines l
  where l.org_id = $1
  and l.account_id = any(array(
    select a.id
    from finance.accounts a
    where a.org_id = $1
    and a.type in ('INCOME', 'EXPENSE')
  ))
  and l.date >= $2
  and l.date <= $3
  and not l.closing
  group by l.account_id, l.dimension_value_ids
  having sum(l.base_amount_minor) <> 0
)
select
  a.id,
  a.closing_account_id,
  c.archive_time is not null as archived,
  r.dimension_value_ids,
  r.minor
from results r
join finance.accounts a on a.org_id = $1 and a.id = r.account_id
left join finance.accounts c on c.org_id = $1 and c.id = a.closing_account_id
order by r.dimension_value_ids, a.closing_account_id, a.code, a.id
