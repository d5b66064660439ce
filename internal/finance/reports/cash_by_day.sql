select account_id, date, sum(minor)::bigint as minor
from (
  select account_id, start_date as date, base_amount_minor as minor
  from finance.balance_rollups
  where org_id = $1
  and grain = 'DAY'
  and start_date >= $2
  and start_date <= $3
  union all
  select account_id, date, base_amount_minor
  from finance.journal_lines
  where org_id = $1
  and (position, seq) > ($4::bigint, $5::bigint)
  and date >= $2
  and date <= $3
) parts
where account_id = any(array(
  select a.id
  from finance.accounts a
  where a.org_id = $1
  and a.cash_flow_section = 'CASH_AND_EQUIVALENTS'
))
group by account_id, date
