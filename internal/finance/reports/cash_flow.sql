select l.account_id, l.date, -sum(l.base_amount_minor)::bigint as minor
from finance.journal_lines l
join finance.accounts a on a.org_id = l.org_id and a.id = l.account_id
where l.org_id = $1
and l.date >= $2
and l.date <= $3
and not l.closing
and a.cash_flow_section <> 'CASH_AND_EQUIVALENTS'
and exists (
  select
  from finance.journal_lines c
  join finance.accounts ca on ca.org_id = c.org_id and ca.id = c.account_id
  where c.org_id = l.org_id
  and c.journal_entry_id = l.journal_entry_id
  and ca.cash_flow_section = 'CASH_AND_EQUIVALENTS'
)
and exists (
  select
  from finance.journal_entries e
  where e.org_id = l.org_id
  and e.id = l.journal_entry_id
  and e.source <> 'CURRENCY_REVALUATION'
  and ($4::timestamptz is null or e.post_time <= $4)
)
group by l.account_id, l.date
