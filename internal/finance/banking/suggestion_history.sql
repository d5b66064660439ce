select s ->> 'accountId' as account, count(*)::integer as n
from (
  select splits
  from finance.bank_statement_lines
  where org_id = $1
  and state = 'MATCHED'
  and splits is not null
  and jsonb_array_length(splits) = 1
  and lower(counterparty_name || ' ' || description) = lower($2)
  and sign(amount_minor) = sign($3::bigint)
  order by booked_date desc
  limit 100
) b
cross join lateral jsonb_array_elements(b.splits) as s
group by 1
order by 2 desc, 1
limit 5
