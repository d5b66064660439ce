select a.id as first, b.id as second, i.format as first_format, j.format as second_format
from finance.bank_statement_lines b
join finance.statement_imports j on j.org_id = b.org_id and j.id = b.statement_import_id
join finance.bank_statement_lines a
  on a.org_id = b.org_id
  and a.bank_account_id = b.bank_account_id
  and a.amount_minor = b.amount_minor
  and a.booked_date between b.booked_date - 3 and b.booked_date + 3
  and a.id < b.id
join finance.statement_imports i on i.org_id = a.org_id and i.id = a.statement_import_id
where b.org_id = $1
and ($2::uuid is null or b.bank_account_id = $2)
and a.state <> 'EXCLUDED'
and b.state <> 'EXCLUDED'
and (i.format <> j.format or i.csv_profile_id is distinct from j.csv_profile_id)
and not exists (
  select
  from finance.distinct_statement_lines d
  where d.org_id = b.org_id
  and d.first_line_id = a.id
  and d.second_line_id = b.id
)
order by b.booked_date desc, a.id, b.id
limit 501
