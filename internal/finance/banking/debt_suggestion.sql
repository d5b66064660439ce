-- Returns the receivables and debts from the days $2 to the days $3 with one of the open amounts
-- $4. Amounts are compared before the entries are read, because most receivables have another
-- amount. Only those that are partly matched have another open amount than the sum of their lines.
select
  e.id,
  e.date::text as date,
  e.description,
  e.reference,
  '' as transfer,
  a.account_id as account,
  '00000000-0000-0000-0000-000000000000'::uuid as bank_account,
  a.currency,
  a.minor - coalesce(t.taken, 0) as open
from (
  select l.journal_entry_id, l.account_id, min(l.amount_currency) as currency, sum(l.amount_minor)::bigint as minor
  from finance.accounts c
  cross join unnest($2::text[]::date[], $3::text[]::date[]) as w (first_day, last_day)
  cross join lateral (
    select l.journal_entry_id, l.account_id, l.amount_currency, l.amount_minor
    from finance.journal_lines l
    where l.org_id = $1
    and l.account_id = c.id
    and l.date between w.first_day and w.last_day
    offset 0
  ) l
  where c.org_id = $1
  and c.subtype in ('ACCOUNTS_RECEIVABLE', 'ACCOUNTS_PAYABLE', 'LOAN', 'OTHER_ASSET', 'OTHER_LIABILITY', 'PAYROLL_LIABILITY', 'TAX_PAYABLE')
  and not exists (
    select
    from finance.bank_accounts k
    where k.org_id = $1
    and k.ledger_account_id = c.id
  )
  group by l.journal_entry_id, l.account_id
  having min(l.amount_currency) = max(l.amount_currency)
  and (
    sum(l.amount_minor)::bigint in (
      select o.minor
      from unnest($4::bigint[]) as o (minor)
    )
    or exists (
      select
      from finance.bank_match_entries m
      where m.org_id = $1
      and m.journal_entry_id = l.journal_entry_id
      and m.account_id = l.account_id
      offset 0
    )
  )
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
-- Not the entries that settle receivables and debts, and not those of invoices and bills, which are
-- paid by their own records. Payments and refunds may lie on a clearing account.
and e.source not in (
  'BANK_MATCH', 'BANK_TRANSFER', 'INVOICE', 'BILL', 'CREDIT_NOTE', 'ALLOCATION', 'WRITE_OFF', 'DUNNING_NOTICE',
  'CURRENCY_REVALUATION', 'EXCHANGE_DIFFERENCE', 'YEAR_END'
)
-- Nor opening balances whose documents were taken over.
and (e.source <> 'OPENING_BALANCE_IMPORT' or not exists (
  select
  from finance.receivable_movements v
  where v.org_id = $1
  and v.account_id = a.account_id
  and v.journal_entry_id is null
))
and a.minor - coalesce(t.taken, 0) = any($4::bigint[])
order by e.date desc, e.id, a.account_id
limit $5
