select
  l.account_id,
  l.amount_currency,
  sum(l.amount_minor)::bigint as amount,
  sum(l.base_amount_minor)::bigint as base
from finance.journal_lines l
join finance.accounts a on a.org_id = l.org_id and a.id = l.account_id
where l.org_id = $1
and l.date <= $2
and l.amount_currency <> $3
and a.subtype in (
  'BANK', 'CASH', 'ACCOUNTS_RECEIVABLE', 'ACCOUNTS_PAYABLE', 'CREDIT_CARD', 'TAX_PAYABLE', 'PAYROLL_LIABILITY',
  'CUSTOMER_DEPOSIT', 'LOAN', 'OTHER_LIABILITY', 'OTHER_ASSET', 'SUSPENSE'
)
group by l.account_id, l.amount_currency, a.code
having sum(l.amount_minor) <> 0 or sum(l.base_amount_minor) <> 0
order by a.code, l.account_id, l.amount_currency
