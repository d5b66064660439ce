select
  id,
  date::text as date,
  reference,
  description,
  source,
  post_time
from finance.journal_entries
where org_id = $1
and state = 'POSTED'
and date >= $2
and date <= $3
and (date, id) > ($4, $5)
and ($6::timestamptz is null or post_time <= $6)
order by date, id
limit $7
