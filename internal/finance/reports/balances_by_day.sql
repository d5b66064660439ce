select account_id, date, sum(minor)::bigint as minor
from (
  select account_id, start_date as date, base_amount_minor as minor
  from finance.balance_rollups
  where org_id = $1
  and grain = 'DAY'
  and start_date >= $2
  and start_date <= $3
  and not closing
  and dimension_value_ids @> $4
  and not dimension_value_ids && $5
  union all
  select account_id, date, base_amount_minor
  from finance.journal_lines
  where org_id = $1
  and (position, seq) > ($6::bigint, $7::bigint)
  and date >= $2
  and date <= $3
  and not closing
  and dimension_value_ids @> $4
  and not dimension_value_ids && $5
) parts
group by account_id, date
