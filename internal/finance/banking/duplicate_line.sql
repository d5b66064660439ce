select a.id as first, b.id as second, i.format as first_format, j.format as second_format
from finance.suspected_statement_lines s
join finance.bank_statement_lines a
  on a.org_id = $1
  and a.id = s.first_line_id
join finance.bank_statement_lines b
  on b.org_id = $1
  and b.id = s.second_line_id
join finance.statement_imports i
  on i.org_id = $1
  and i.id = a.statement_import_id
join finance.statement_imports j
  on j.org_id = $1
  and j.id = b.statement_import_id
where s.org_id = $1
and ($2::uuid is null or a.bank_account_id = $2)
and a.state <> 'EXCLUDED'
and b.state <> 'EXCLUDED'
and exists (
  select
  from finance.distinct_statement_lines d
  where d.org_id = $1
  and d.first_line_id = least(a.id, b.id)
  and d.second_line_id = greatest(a.id, b.id)
) is false
-- Of a pair that was found from both sides, only the one in the order of the ids.
and (
  s.first_line_id < s.second_line_id
  or exists (
    select
    from finance.suspected_statement_lines o
    where o.org_id = $1
    and o.first_line_id = s.second_line_id
    and o.second_line_id = s.first_line_id
  ) is false
)
order by b.booked_date desc, a.id, b.id
limit 501
