select
  e.id,
  e.date::text as date,
  e.description,
  e.reference,
  case when e.source = 'BANK_TRANSFER' then e.source_id else '' end as transfer,
  a.account_id as account,
  a.account_id = $2 as own,
  a.minor - coalesce(t.taken, 0) as open
from (
  select l.journal_entry_id, l.account_id, sum(l.amount_minor)::bigint as minor
  from finance.journal_lines l
  where l.org_id = $1
  and (
    l.account_id = $2 and l.date between $4::text::date - 30 and $4::text::date + 30
    or l.date between $4::text::date - 180 and $4::text::date and l.account_id in (
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
  )
  group by l.journal_entry_id, l.account_id
  having min(l.amount_currency) = $5
  and max(l.amount_currency) = $5
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
and sign(a.minor - coalesce(t.taken, 0)) = sign($3::bigint)
and case
  -- An entry that a line or match of this account posted cannot explain another line.
  when a.account_id = $2 then e.id not in (
    select s.journal_entry_id
    from finance.bank_statement_lines s
    where s.org_id = $1
    and s.journal_entry_id is not null
    and s.bank_account_id = $6
    and not s.existing_entry
  ) and e.id not in (
    select b.journal_entry_id
    from finance.bank_matches b
    where b.org_id = $1
    and b.journal_entry_id is not null
    and b.bank_account_id = $6
    and b.state = 'MATCHED'
  )
  -- Receivables and payables of exactly the line's amount, but not the entries that settle them.
  else e.source not in ('BANK_MATCH', 'BANK_TRANSFER', 'INVOICE', 'BILL', 'CURRENCY_REVALUATION', 'EXCHANGE_DIFFERENCE', 'YEAR_END') and a.minor - coalesce(t.taken, 0) = $3
end
order by abs(e.date - $4::text::date), e.id, a.account_id
limit 200
