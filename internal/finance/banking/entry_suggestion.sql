-- Returns the entries on the ledger accounts $2 of the bank accounts $3 from the days $4 to the
-- days $5 that are not fully matched: the first $6 entries of a bank account on a day, and those with
-- one of the open amounts $7.
select n.id, n.date::text as date, n.description, n.reference, n.transfer, n.account, n.bank_account, n.currency, n.open
from (
  select
    e.id,
    e.date,
    e.description,
    e.reference,
    case when e.source = 'BANK_TRANSFER' then e.source_id else '' end as transfer,
    a.account_id as account,
    a.bank_account_id as bank_account,
    a.currency,
    a.minor - coalesce(t.taken, 0) as open,
    row_number() over (partition by a.bank_account_id, e.date order by e.id) as number
  from (
    select
      l.journal_entry_id,
      l.account_id,
      w.bank_account_id,
      min(l.amount_currency) as currency,
      sum(l.amount_minor)::bigint as minor
    from unnest($2::uuid[], $3::uuid[], $4::text[]::date[], $5::text[]::date[]) as w (account_id, bank_account_id, first_day, last_day)
    cross join lateral (
      select l.journal_entry_id, l.account_id, l.amount_currency, l.amount_minor
      from finance.journal_lines l
      where l.org_id = $1
      and l.account_id = w.account_id
      and l.date between w.first_day and w.last_day
      offset 0
    ) l
    group by l.journal_entry_id, l.account_id, w.bank_account_id
    having min(l.amount_currency) = max(l.amount_currency)
  ) a
  join finance.journal_entries e on e.org_id = $1 and e.id = a.journal_entry_id
  left join lateral (
    select sum(m.amount_minor)::bigint as taken
    from finance.bank_match_entries m
    join finance.bank_matches b on b.org_id = $1 and b.id = m.bank_match_id
    where m.org_id = $1
    and m.journal_entry_id = e.id
    and m.account_id = a.account_id
    and b.state = 'MATCHED'
  ) t on true
  where e.reversed_by_id is null
  and e.reverses_id is null
  and a.minor <> coalesce(t.taken, 0)
  -- An entry that a line or match of the bank account posted cannot explain another line.
  and not exists (
    select
    from finance.bank_statement_lines s
    where s.org_id = $1
    and s.journal_entry_id = e.id
    and s.bank_account_id = a.bank_account_id
    and not s.existing_entry
    offset 0
  )
  and not exists (
    select
    from finance.bank_matches b
    where b.org_id = $1
    and b.journal_entry_id = e.id
    and b.bank_account_id = a.bank_account_id
    and b.state = 'MATCHED'
    offset 0
  )
) n
where n.number <= $6
or n.open = any($7::bigint[])
order by n.date, n.id
