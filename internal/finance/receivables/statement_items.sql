with open_items as (
  select
    m.item_id,
    m.side,
    m.currency,
    sum(m.amount_minor)::bigint as open_minor
  from finance.receivable_movements m
  where m.org_id = $1
  and m.customer_id = $2
  and m.date <= $3
  group by m.item_id, m.side, m.currency
  having sum(m.amount_minor) <> 0
)
select
  i.side = 'CREDIT' as credit,
  coalesce(r.document_id, c.document_id) as document_id,
  coalesce(r.number, c.number) as number,
  coalesce(r.date, c.date) as date,
  coalesce(r.due_date, c.date) as due_date,
  i.currency,
  coalesce(r.total_amount_minor, c.total_amount_minor) as total_minor,
  i.open_minor
from open_items i
left join finance.receivables r on r.org_id = $1 and r.id = i.item_id and i.side = 'RECEIVABLE'
left join finance.customer_credits c on c.org_id = $1 and c.id = i.item_id and i.side = 'CREDIT'
order by i.currency, credit, due_date, number, i.item_id
