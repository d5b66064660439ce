select f.position, l.id, l.booked_date::text as booked_date, l.amount_minor, l.description, l.counterparty_name,
  l.bank_reference, i.format, i.csv_profile_id,
  coalesce(s.opening_balance_minor, 0) as opening_minor, coalesce(s.closing_balance_minor, 0) as closing_minor,
  coalesce(s.start_date::text, '') as start_date, coalesce(s.end_date::text, '') as end_date,
  coalesce(s.opening_balance_minor::numeric + s.line_total_minor = s.closing_balance_minor, false) as proven
from unnest($3::integer[], $4::bigint[], $5::text[], $6::text[], $7::text[])
  as f (position, amount_minor, booked_date, bank_reference, corrected_reference)
-- The limits make the planner look up each line in an index, and bound the result of a hostile file. They
-- have no order: with one, the planner reads the index of that order from its end for each line.
cross join lateral (
  (
    select b.id, b.booked_date, b.amount_minor, b.description, b.counterparty_name, b.bank_reference, b.state,
      b.statement_import_id, b.bank_statement_id
    from finance.bank_statement_lines b
    where b.org_id = $1
    and b.bank_account_id = $2
    and b.amount_minor = f.amount_minor
    and b.booked_date between f.booked_date::date - 3 and f.booked_date::date + 3
    limit 10
  )
  union
  (
    select b.id, b.booked_date, b.amount_minor, b.description, b.counterparty_name, b.bank_reference, b.state,
      b.statement_import_id, b.bank_statement_id
    from finance.bank_statement_lines b
    where b.org_id = $1
    and b.bank_account_id = $2
    and b.bank_reference <> ''
    and b.bank_reference in (f.bank_reference, f.corrected_reference)
    and (f.bank_reference <> '' or f.corrected_reference <> '')
    limit 10
  )
) l
cross join lateral (
  select m.format, m.csv_profile_id
  from finance.statement_imports m
  where m.org_id = $1
  and m.id = l.statement_import_id
  offset 0
) i
left join finance.bank_statements s
  on s.org_id = $1
  and s.id = l.bank_statement_id
where l.state <> 'EXCLUDED'
order by f.position, l.id
