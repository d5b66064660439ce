-- Returns two kinds of ledger accounts: those of bank accounts where the entries of statement
-- lines move another amount than the lines, and those where matches take more of an entry than it
-- moves. An account in the base currency counts postings in other currencies at their base amount.
-- The account is filtered inside the sum of an entry's lines. As a join condition, the planner
-- may expect one line and read all lines of the account for each entry.
with held as (
  select b.id, b.ledger_account_id, b.currency_code = $3 as in_base
  from finance.bank_accounts b
  where b.org_id = $1
),
undone as materialized (
  select b.id
  from finance.bank_matches b
  where b.org_id = $1
  and b.state <> 'MATCHED'
),
-- Lines that are posted by their own entry or by that of a transfer.
decided as (
  select h.ledger_account_id, l.amount_minor as said, m.moved
  from held h
  join finance.bank_statement_lines l on l.org_id = $1 and l.bank_account_id = h.id
  left join lateral (
    select sum(case when h.in_base then j.base_amount_minor else j.amount_minor end) filter (where j.account_id = h.ledger_account_id) as moved
    from finance.journal_lines j
    where j.org_id = $1
    and j.journal_entry_id = l.journal_entry_id
  ) m on true
  where l.booked_date <= $2
  and l.state = 'MATCHED'
  and l.id not in (
    select x.bank_statement_line_id
    from finance.bank_match_lines x
    where x.org_id = $1
    and x.bank_match_id not in (select id from undone)
  )
),
-- Matches: the amount of their lines, and what they took of entries plus what they posted.
matched as (
  select h.ledger_account_id, s.said, coalesce(t.taken, 0) + coalesce(m.moved, 0) as moved
  from held h
  join finance.bank_matches b on b.org_id = $1 and b.bank_account_id = h.id
  join lateral (
    select sum(x.amount_minor) as said, max(l.booked_date) as booked_date
    from finance.bank_match_lines x
    join finance.bank_statement_lines l on l.org_id = $1 and l.id = x.bank_statement_line_id
    where x.org_id = $1
    and x.bank_match_id = b.id
  ) s on s.booked_date <= $2
  left join lateral (
    select sum(case when h.in_base then e.base_amount_minor else e.amount_minor end) as taken
    from finance.bank_match_entries e
    where e.org_id = $1
    and e.bank_match_id = b.id
    and e.account_id = h.ledger_account_id
  ) t on true
  left join lateral (
    select sum(case when h.in_base then j.base_amount_minor else j.amount_minor end) filter (where j.account_id = h.ledger_account_id) as moved
    from finance.journal_lines j
    where j.org_id = $1
    and j.journal_entry_id = b.journal_entry_id
  ) m on true
  where b.state = 'MATCHED'
),
-- What matches take of each entry on an account, and what the entry moves there.
taken as (
  select e.account_id, abs(sum(e.amount_minor)) as minor, abs(coalesce(m.moved, 0)) as moved
  from finance.bank_match_entries e
  left join lateral (
    select sum(j.amount_minor) filter (where j.account_id = e.account_id) as moved
    from finance.journal_lines j
    where j.org_id = $1
    and j.journal_entry_id = e.journal_entry_id
  ) m on true
  where e.org_id = $1
  and e.bank_match_id not in (select id from undone)
  group by e.account_id, e.journal_entry_id, m.moved
)
select ledger_account_id
from decided
where said is distinct from moved
union
select ledger_account_id
from matched
where said is distinct from moved
union
select account_id
from taken
where minor > moved
order by 1
