select a.id as first, b.id as second, i.format as first_format, j.format as second_format
from (
  select
    id,
    statement_import_id,
    booked_date,
    array_agg(id) over near as near_ids,
    array_agg(statement_import_id) over near as near_imports
  from finance.bank_statement_lines
  where org_id = $1
  and ($2::uuid is null or bank_account_id = $2)
  and state <> 'EXCLUDED'
  window near as (
    partition by bank_account_id, amount_minor
    order by booked_date
    range between interval '3 days' preceding and interval '3 days' following
  )
) b
cross join lateral unnest(b.near_ids, b.near_imports) as a (id, statement_import_id)
-- The offset keeps the planner from joining whole tables; it reads one row for each pair.
cross join lateral (
  select s.format, s.csv_profile_id
  from finance.statement_imports s
  where s.org_id = $1
  and s.id = a.statement_import_id
  offset 0
) i
cross join lateral (
  select s.format, s.csv_profile_id
  from finance.statement_imports s
  where s.org_id = $1
  and s.id = b.statement_import_id
  offset 0
) j
where a.id < b.id
and a.statement_import_id <> b.statement_import_id
and (i.format <> j.format or i.csv_profile_id is distinct from j.csv_profile_id)
and exists (
  select
  from finance.distinct_statement_lines d
  where d.org_id = $1
  and d.first_line_id = a.id
  and d.second_line_id = b.id
) is false
order by b.booked_date desc, a.id, b.id
limit 501
