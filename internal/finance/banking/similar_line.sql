-- The stored lines of a bank account that have one of the amounts $4 on one of the days $3, or one of the
-- references $5. They are read once, by the values of the arrays.
with found as materialized (
  select b.id, b.bank_account_id, b.booked_date, b.amount_minor, b.description, b.counterparty_name, b.bank_reference,
    b.state, b.statement_import_id, b.bank_statement_id
  from finance.bank_statement_lines b
  where b.org_id = $1
  and b.bank_account_id = $2
  and b.booked_date = any($3::date[])
  and b.amount_minor = any($4)
  union all
  select b.*
  from unnest($5::text[]) as r (bank_reference)
  -- The limit makes the planner look up each reference, and bounds the result. The bank account is compared
  -- by an expression, so that no other index fits.
  cross join lateral (
    select c.id, c.bank_account_id, c.booked_date, c.amount_minor, c.description, c.counterparty_name, c.bank_reference,
      c.state, c.statement_import_id, c.bank_statement_id
    from finance.bank_statement_lines c
    where c.org_id = $1
    and c.bank_reference <> ''
    and c.bank_reference = r.bank_reference
    and (c.bank_account_id = $2) is true
    limit 50
  ) b
)
select l.id, l.booked_date, l.amount_minor, l.description, l.counterparty_name, l.bank_reference,
  i.format, i.csv_profile_id,
  coalesce(s.opening_balance_minor, 0) as opening_minor, coalesce(s.closing_balance_minor, 0) as closing_minor,
  coalesce(s.start_date::text, '') as start_date, coalesce(s.end_date::text, '') as end_date,
  coalesce(s.opening_balance_minor::numeric + s.line_total_minor = s.closing_balance_minor, false) as proven
from found l
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
order by l.id
