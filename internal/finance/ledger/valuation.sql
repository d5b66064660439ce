with held as materialized (
  select
    l.account_id,
    l.amount_currency,
    sum(l.amount_minor)::bigint as amount,
    sum(l.base_amount_minor)::bigint as base
  from finance.journal_lines l
  where l.org_id = $1
  and l.date <= $2
  and l.amount_currency <> $3
  and l.account_id = any(array(
    select a.id
    from finance.accounts a
    where a.org_id = $1
    and (a.subtype = any($4::text[]) or a.subtype = any($5::text[]))
  ))
  group by l.account_id, l.amount_currency
  having sum(l.amount_minor) <> 0 or sum(l.base_amount_minor) <> 0
)
select h.account_id, h.amount_currency, h.amount, h.base
from held h
join finance.accounts a on a.org_id = $1 and a.id = h.account_id
where a.subtype = any($4::text[])
or a.currency_code = h.amount_currency
order by a.code, h.account_id, h.amount_currency
