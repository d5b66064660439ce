select
  m.date,
  m.cause,
  coalesce(max(r.number), max(c.number)) as number,
  m.currency,
  sum(case when m.side = 'CREDIT' then -m.amount_minor else m.amount_minor end)::bigint as minor
from finance.receivable_movements m
left join finance.receivables r on r.org_id = $1 and r.id = m.item_id and m.side = 'RECEIVABLE'
left join finance.customer_credits c on c.org_id = $1 and c.id = m.item_id and m.side = 'CREDIT'
where m.org_id = $1
and m.customer_id = $2
and m.date >= $3
and m.date <= $4
group by m.date, m.cause, m.currency
having sum(case when m.side = 'CREDIT' then -m.amount_minor else m.amount_minor end) <> 0
order by m.currency, m.date, min(m.create_time), m.cause
