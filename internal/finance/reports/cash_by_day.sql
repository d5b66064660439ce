select date, sum(minor)::bigint as minor
from (
  select r.start_date as date, r.base_amount_minor as minor
  from finance.balance_rollups r
  join finance.accounts a on a.org_id = r.org_id and a.id = r.account_id
  where r.org_id = $1
  and r.grain = 'DAY'
  and r.start_date >= $2
  and r.start_date <= $3
  and a.cash_flow_section = 'CASH_AND_EQUIVALENTS'
  union all
  select l.date, l.base_amount_minor
  from finance.journal_lines l
  join finance.accounts a on a.org_id = l.org_id and a.id = l.account_id
  where l.org_id = $1
  and (l.position, l.seq) > ($4::bigint, $5::bigint)
  and l.date >= $2
  and l.date <= $3
  and a.cash_flow_section = 'CASH_AND_EQUIVALENTS'
) parts
group by date
