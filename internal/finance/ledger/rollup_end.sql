select position, seq, count(*) over () as line_count, sum(greatest(abs(amount_minor), abs(base_amount_minor))) over ()::text as turnover
from (
  select position, seq, amount_minor, base_amount_minor
  from finance.journal_lines
  where org_id = $1
  and (position, seq) > ($3, $4)
  and position < $5
  order by position, seq
  limit $2
) b
order by position desc, seq desc
limit 1
