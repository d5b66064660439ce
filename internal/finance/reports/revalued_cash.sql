select l.account_id, l.date, sum(l.base_amount_minor)::bigint as minor
from finance.journal_lines l
where l.org_id = $1
and l.date >= $2
and l.date <= $3
and l.account_id = any(array(
  select a.id
  from finance.accounts a
  where a.org_id = $1
  and a.cash_flow_section = 'CASH_AND_EQUIVALENTS'
))
and exists (
  select
  from finance.journal_entries e
  where e.org_id = $1
  and e.id = l.journal_entry_id
  and e.source in ('CURRENCY_REVALUATION', 'EXCHANGE_DIFFERENCE')
  and ($4::timestamptz is null or e.post_time <= $4)
) is true
group by l.account_id, l.date
