with tail as materialized (
  select date, account_id, base_amount_minor, closing, dimension_value_ids
  from finance.journal_lines
  where org_id = $1
  and (position, seq) > ($9::bigint, $10::bigint)
)
select account_id, sum(minor)::bigint as minor
from (
  select account_id, base_amount_minor as minor
  from finance.balance_rollups
  where org_id = $1
  and grain = 'MONTH'
  and start_date >= $4
  and start_date <= $5
  and ($6 or not closing)
  and dimension_value_ids @> $7
  and not dimension_value_ids && $8
  union all
  select account_id, base_amount_minor
  from finance.balance_rollups
  where org_id = $1
  and grain = 'DAY'
  and start_date >= $2
  and start_date <= $3
  and not (start_date >= $4 and date_trunc('month', start_date) <= $5)
  and ($6 or not closing)
  and dimension_value_ids @> $7
  and not dimension_value_ids && $8
  union all
  select account_id, base_amount_minor
  from tail
  where date >= $2
  and date <= $3
  and ($6 or not closing)
  and dimension_value_ids @> $7
  and not dimension_value_ids && $8
) parts
group by account_id
