-- Returns the newest $4 decisions about each payee of $2, and about those like each payee of $3: up
-- to $5 decided payees before it in alphabetical order, and as many after it, that begin with the
-- same word.
with recursive earlier (asked, word, payee, number) as (
  select a.asked, split_part(a.asked, ' ', 1), a.asked collate "C", 0
  from unnest($3::text[]) as a (asked)
  union all
  select s.asked, s.word, p.payee, s.number + 1
  from earlier s
  cross join lateral (
    select l.payee
    from finance.bank_statement_lines l
    where l.org_id = $1
    and l.payee < s.payee
    and l.payee >= s.word
    and l.state in ('MATCHED', 'EXCLUDED')
    order by l.payee desc
    limit 1
  ) p
  where s.number < $5
),
later (asked, word, payee, number) as (
  select a.asked, split_part(a.asked, ' ', 1), a.asked collate "C", 0
  from unnest($3::text[]) as a (asked)
  union all
  select s.asked, s.word, p.payee, s.number + 1
  from later s
  cross join lateral (
    select l.payee
    from finance.bank_statement_lines l
    where l.org_id = $1
    and l.payee > s.payee
    and l.payee < s.word || '!'
    and l.state in ('MATCHED', 'EXCLUDED')
    order by l.payee
    limit 1
  ) p
  where s.number < $5
)
select
  d.payee,
  d.amount_minor as minor,
  d.booked_date::text as date,
  d.state,
  d.splits,
  d.personal,
  d.bank_transfer_id is not null as transferred,
  d.vendor_id as vendor
from (
  select payee
  from unnest($2::text[]) as p (payee)
  union
  select payee
  from earlier
  union
  select payee
  from later
) p
cross join lateral (
  select n.*
  from (
    values ('MATCHED'), ('EXCLUDED')
  ) s (state)
  cross join lateral (
    select l.id, l.payee, l.amount_minor, l.booked_date, l.state, l.splits, l.personal, l.bank_transfer_id, l.vendor_id
    from finance.bank_statement_lines l
    where l.org_id = $1
    and l.payee = p.payee
    and l.state = s.state
    order by l.booked_date desc, l.id desc
    limit $4
  ) n
  order by n.booked_date desc, n.id desc
  limit $4
) d
order by d.booked_date, d.id
