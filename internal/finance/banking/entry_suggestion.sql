-- Returns the entries that are not fully matched and may explain lines: entries on the ledger accounts $2 of
-- the bank accounts $3 from days $4 to $5, and receivables and debts from 180 days before the first day $6
-- to the last day $7, with one of the open amounts $8. At most $9, the newest first.
select
  e.id,
  e.date::text as date,
  e.description,
  e.reference,
  case when e.source = 'BANK_TRANSFER' then e.source_id else '' end as transfer,
  a.account_id as account,
  a.bank_account_id as bank_account,
  a.currency,
  a.minor - coalesce(t.taken, 0) as open
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
  union all
  select
    l.journal_entry_id,
    l.account_id,
    '00000000-0000-0000-0000-000000000000'::uuid,
    min(l.amount_currency),
    sum(l.amount_minor)::bigint
  from finance.journal_lines l
  where l.org_id = $1
  and l.date between $6::text::date - 180 and $7::text::date
  and l.account_id in (
    select c.id
    from finance.accounts c
    where c.org_id = $1
    and c.subtype in ('ACCOUNTS_RECEIVABLE', 'ACCOUNTS_PAYABLE', 'LOAN', 'OTHER_ASSET', 'OTHER_LIABILITY', 'PAYROLL_LIABILITY', 'TAX_PAYABLE')
    and not exists (
      select
      from finance.bank_accounts k
      where k.org_id = $1
      and k.ledger_account_id = c.id
    )
  )
  group by l.journal_entry_id, l.account_id
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
and case
  -- An entry that a line or match of the bank account posted cannot explain another line.
  when a.bank_account_id <> '00000000-0000-0000-0000-000000000000'::uuid then not exists (
    select
    from finance.bank_statement_lines s
    where s.org_id = $1
    and s.journal_entry_id = e.id
    and s.bank_account_id = a.bank_account_id
    and not s.existing_entry
    offset 0
  ) and not exists (
    select
    from finance.bank_matches b
    where b.org_id = $1
    and b.journal_entry_id = e.id
    and b.bank_account_id = a.bank_account_id
    and b.state = 'MATCHED'
    offset 0
  )
  -- Receivables and payables of exactly a line's amount, but not the entries that settle them.
  else e.source not in ('BANK_MATCH', 'BANK_TRANSFER', 'INVOICE', 'BILL', 'CURRENCY_REVALUATION', 'EXCHANGE_DIFFERENCE', 'YEAR_END') and a.minor - coalesce(t.taken, 0) = any($8::bigint[])
end
order by e.date desc, e.id, a.account_id
limit $9
