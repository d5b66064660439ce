insert into finance.currency_positions as p (org_id, account_id, currency, amount_minor, base_amount_minor)
select $1, l.account_id, l.amount_currency, sum(l.amount_minor)::bigint, sum(l.base_amount_minor)::bigint
from finance.journal_lines l
where l.org_id = $1
and l.journal_entry_id = any($2)
and l.amount_currency <> $3
and exists (
  select
  from finance.accounts a
  where a.org_id = $1
  and a.id = l.account_id
  and a.type in ('ASSET', 'LIABILITY')
)
group by l.account_id, l.amount_currency
order by l.account_id, l.amount_currency
on conflict (org_id, account_id, currency) do update
set amount_minor = p.amount_minor + excluded.amount_minor,
  base_amount_minor = p.base_amount_minor + excluded.base_amount_minor
