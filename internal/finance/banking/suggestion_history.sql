-- Returns the newest 20 decisions about each payee of $2, and about each of up to 20 payees that begin with a
-- word of $3: the lines that were categorized or marked as personal.
with recursive alike (word, payee, number) as (
  select w.word, p.payee, 1
  from unnest($3::text[]) as w (word)
  cross join lateral (
    select l.payee
    from finance.bank_statement_lines l
    where l.org_id = $1
    and l.payee >= w.word
    and l.payee < w.word || '!'
    and l.state = 'MATCHED'
    order by l.payee
    limit 1
  ) p
  union all
  select s.word, p.payee, s.number + 1
  from alike s
  cross join lateral (
    select l.payee
    from finance.bank_statement_lines l
    where l.org_id = $1
    and l.payee > s.payee
    and l.payee < s.word || '!'
    and l.state = 'MATCHED'
    order by l.payee
    limit 1
  ) p
  where s.number < 20
)
select d.payee, d.amount_minor as minor, d.booked_date::text as date, d.splits, d.personal, d.vendor_id as vendor
from (
  select payee
  from unnest($2::text[]) as p (payee)
  union
  select payee
  from alike
) p
cross join lateral (
  select l.id, l.payee, l.amount_minor, l.booked_date, l.splits, l.personal, l.vendor_id
  from finance.bank_statement_lines l
  where l.org_id = $1
  and l.payee = p.payee
  and l.state = 'MATCHED'
  order by l.booked_date desc, l.id desc
  limit 20
) d
where jsonb_array_length(d.splits) > 0
order by d.booked_date, d.id
