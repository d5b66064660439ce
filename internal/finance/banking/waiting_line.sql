-- Returns the UNMATCHED lines of the bank accounts $2 on the days from $3 to $4, and of all bank
-- accounts on the days from $5 to $6: the first $7 lines of a bank account on a day.
select
  l.id,
  d.account_id as account,
  d.day::text as date,
  l.amount_currency as currency,
  l.amount_minor as minor,
  l.counterparty_name,
  l.description
from (
  select w.account_id, s.day::date as day
  from unnest($2::uuid[], $3::text[]::date[], $4::text[]::date[]) as w (account_id, first_day, last_day)
  cross join lateral generate_series(w.first_day, w.last_day, interval '1 day') as s (day)
  union
  select k.id, s.day::date
  from unnest($5::text[]::date[], $6::text[]::date[]) as w (first_day, last_day)
  cross join lateral generate_series(w.first_day, w.last_day, interval '1 day') as s (day)
  cross join finance.bank_accounts k
  where k.org_id = $1
) d
cross join lateral (
  select l.id, l.amount_currency, l.amount_minor, l.counterparty_name, l.description
  from finance.bank_statement_lines l
  where l.org_id = $1
  and l.bank_account_id = d.account_id
  and l.booked_date = d.day
  and l.state = 'UNMATCHED'
  order by l.id
  limit $7
) l
order by d.day, l.id
