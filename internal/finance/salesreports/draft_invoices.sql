select
  i.currency_code as currency,
  count(*) as count,
  sum(i.total_amount_minor)::bigint as minor,
  0::bigint as base
from finance.invoices i
where i.org_id = $1
and i.state = 'DRAFT'
and ($2::uuid is null or i.customer_id = $2)
group by i.currency_code
