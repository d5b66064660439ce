with lines as (
  select l.account_id, l.amount_currency as currency, sum(l.amount_minor) as minor, sum(l.base_amount_minor) as base
  from finance.journal_lines l
  where l.org_id = $1
  and l.amount_currency <> $2
  and l.account_id = any(array(
    select a.id
    from finance.accounts a
    where a.org_id = $1
    and a.type in ('ASSET', 'LIABILITY')
  ))
  group by l.account_id, l.amount_currency
),
positions as (
  select account_id, currency, amount_minor as minor, base_amount_minor as base
  from finance.currency_positions
  where org_id = $1
)
select count(*)::int
from lines l
full join positions p using (account_id, currency)
where (l.minor, l.base) is distinct from (p.minor, p.base)
