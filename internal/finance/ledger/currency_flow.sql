select
  p.account_id,
  p.currency,
  p.amount_minor as balance_minor,
  p.base_amount_minor as balance_base,
  coalesce(f.date, asked.since) as date,
  coalesce(f.kind, '') as kind,
  coalesce(f.minor, 0) as minor,
  coalesce(f.base, 0) as base
from unnest($2::uuid[], $3::text[], $4::date[]) as asked (account_id, currency, since)
join finance.currency_positions p on p.org_id = $1 and p.account_id = asked.account_id and p.currency = asked.currency
join finance.accounts a on a.org_id = $1 and a.id = asked.account_id
left join lateral (
  select l.date, k.kind, sum(l.amount_minor)::bigint as minor, sum(l.base_amount_minor)::bigint as base
  from finance.journal_lines l
  -- The offset makes it a look-up for each line.
  cross join lateral (
    -- An entry that reverses a reversal does what the first entry did.
    select
      o.source,
      case when o.reverses_id is null then false else (
        with recursive chain as (
          select o.reverses_id as id
          union all
          select p.reverses_id
          from chain c
          join finance.journal_entries p on p.org_id = $1 and p.id = c.id
          where p.reverses_id is not null
        )
        select count(*) % 2 = 1
        from chain
      ) end as reverses
    from finance.journal_entries o
    where o.org_id = $1
    and o.id = l.journal_entry_id
    offset 0
  ) e
  cross join lateral (
    select case
      when e.source = 'EXCHANGE_DIFFERENCE' then 'DIFFERENCE'
      when e.source = 'CURRENCY_REVALUATION' and e.reverses then 'UNREVALUED'
      when e.source = 'CURRENCY_REVALUATION' then 'REVALUED'
      when l.amount_minor = 0 then 'AT_CARRYING_VALUE'
      when e.source = 'BANK_MATCH' and a.subtype not in ('BANK', 'CASH', 'CREDIT_CARD', 'LOAN') then 'AT_CARRYING_VALUE'
      -- Receivables are settled at the carrying value of each document.
      when e.source in ('INVOICE', 'CREDIT_NOTE', 'ALLOCATION', 'WRITE_OFF', 'DUNNING_NOTICE') and a.subtype = 'ACCOUNTS_RECEIVABLE'
        then 'AT_CARRYING_VALUE'
      when (l.amount_minor > 0) = e.reverses then 'CREDIT'
      else 'DEBIT'
    end as kind
  ) k
  where l.org_id = $1
  and l.account_id = asked.account_id
  and l.amount_currency = asked.currency
  and l.date >= asked.since
  group by l.date, k.kind
) f on true
where a.subtype = any($5::text[])
or a.subtype = any($6::text[])
and a.currency_code = asked.currency
order by p.account_id, p.currency, f.date
