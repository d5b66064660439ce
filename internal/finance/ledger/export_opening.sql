select
  l.account_id,
  l.amount_currency as currency,
  sum(l.amount_minor)::bigint as minor,
  sum(l.base_amount_minor)::bigint as base
from finance.journal_lines l
where l.org_id = $1
and l.date < $2
group by l.account_id, l.amount_currency
having sum(l.amount_minor) <> 0 or sum(l.base_amount_minor) <> 0
order by l.account_id, l.amount_currency
