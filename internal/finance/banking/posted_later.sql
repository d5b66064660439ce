-- Selects the statement lines of the bank account $2 that the bank booked by $3, and whose entries are
-- dated later. A line that a match decided may be in the books in part: taken is the part of its
-- match that entries up to $3 record.
with later as (
  select l.journal_entry_id as id, a.ledger_account_id, l.date
  from finance.bank_accounts a
  join finance.journal_lines l on l.org_id = $1 and l.account_id = a.ledger_account_id and l.date > $3
  where a.org_id = $1
  and a.id = $2
  group by l.journal_entry_id, a.ledger_account_id, l.date
),
decided as (
  select b.id, e.id as entry, e.date
  from later e
  join finance.bank_matches b on b.org_id = $1 and b.journal_entry_id = e.id
  where b.bank_account_id = $2
  and b.state = 'MATCHED'
  union
  select b.id, e.id as entry, e.date
  from later e
  join finance.bank_match_entries x on x.org_id = $1 and x.journal_entry_id = e.id and x.account_id = e.ledger_account_id
  join finance.bank_matches b on b.org_id = $1 and b.id = x.bank_match_id
  where b.bank_account_id = $2
  and b.state = 'MATCHED'
)
select
  s.id,
  s.id as decision,
  e.id as entry,
  s.booked_date::text as date,
  e.date::text as posting_date,
  s.description,
  s.counterparty_name,
  s.bank_reference as reference,
  s.amount_minor as minor,
  0::bigint as taken
from later e
join finance.bank_statement_lines s on s.org_id = $1 and s.journal_entry_id = e.id
where s.bank_account_id = $2
and s.booked_date <= $3
and s.state = 'MATCHED'
and not s.existing_entry
and not exists (
  select
  from finance.bank_match_lines k
  join finance.bank_matches b on b.org_id = $1 and b.id = k.bank_match_id
  where k.org_id = $1
  and k.bank_statement_line_id = s.id
  and b.state = 'MATCHED'
)
union all
select
  s.id,
  m.id as decision,
  m.entry,
  s.booked_date::text as date,
  m.date::text as posting_date,
  s.description,
  s.counterparty_name,
  s.bank_reference as reference,
  k.amount_minor as minor,
  t.taken + p.posted as taken
from (
  select distinct on (d.id) d.id, d.entry, d.date
  from decided d
  order by d.id, d.date desc, d.entry
) m
join finance.bank_match_lines k on k.org_id = $1 and k.bank_match_id = m.id
join finance.bank_statement_lines s on s.org_id = $1 and s.id = k.bank_statement_line_id
-- The lines of the match: what the bank booked by $3, and the whole.
cross join lateral (
  select
    coalesce(sum(n.amount_minor) filter (where q.booked_date <= $3), 0) as booked,
    nullif(sum(n.amount_minor), 0) as whole
  from finance.bank_match_lines n
  join finance.bank_statement_lines q on q.org_id = $1 and q.id = n.bank_statement_line_id
  where n.org_id = $1
  and n.bank_match_id = m.id
) c
-- The part of the match's entries up to $3 that the bank has booked, as for outstanding lines.
cross join lateral (
  select coalesce(sum(round(case when a.currency_code = $4 then x.base_amount_minor else x.amount_minor end::numeric * c.booked / c.whole)), 0)::bigint as taken
  from finance.bank_match_entries x
  join finance.bank_accounts a on a.org_id = $1 and a.id = $2
  join finance.journal_entries e on e.org_id = $1 and e.id = x.journal_entry_id
  where x.org_id = $1
  and x.bank_match_id = m.id
  and x.account_id = a.ledger_account_id
  and e.date <= $3
) t
-- What the match itself posted up to $3.
cross join lateral (
  select coalesce(sum(case when a.currency_code = $4 then l.base_amount_minor else l.amount_minor end), 0)::bigint as posted
  from finance.bank_matches b
  join finance.bank_accounts a on a.org_id = $1 and a.id = $2
  join finance.journal_lines l on l.org_id = $1 and l.journal_entry_id = b.journal_entry_id and l.account_id = a.ledger_account_id
  where b.org_id = $1
  and b.id = m.id
  and l.date <= $3
) p
where s.booked_date <= $3
order by decision, date, id
