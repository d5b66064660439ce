select account_id, date, -sum(base_amount_minor)::bigint as minor
from (
  select
    l.journal_entry_id,
    l.account_id,
    l.date,
    l.base_amount_minor,
    l.closing,
    l.account_id = any(c.accounts) as cash,
    bool_or(l.account_id = any(c.accounts)) over (partition by l.journal_entry_id) as beside_cash
  from finance.journal_lines l
  cross join (
    select array(
      select a.id
      from finance.accounts a
      where a.org_id = $1
      and a.cash_flow_section = 'CASH_AND_EQUIVALENTS'
    ) as accounts
  ) c
  where l.org_id = $1
  and l.date >= $2
  and l.date <= $3
) l
where beside_cash
and not cash
and not closing
and exists (
  select
  from finance.journal_entries e
  where e.org_id = $1
  and e.id = l.journal_entry_id
  and (e.source in ('CURRENCY_REVALUATION', 'EXCHANGE_DIFFERENCE') or e.post_time > $4)
) is false
group by account_id, date
