select
  a.id,
  a.code,
  a.display_name,
  a.type,
  a.subtype,
  a.parent_account_id,
  coalesce(l.balance, 0) as minor,
  l.balance is not null as moved
from finance.accounts a
left join (
  select account_id, sum(base_amount_minor)::bigint as balance
  from finance.journal_lines
  where org_id = $1
  and date >= $2
  and date <= $3
  and ($4 or not closing)
  group by account_id
) l on l.account_id = a.id
where a.org_id = $1
order by a.code = '', a.code, a.display_name, a.id
