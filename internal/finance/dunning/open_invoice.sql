with items as (
  select r.id, r.customer_id, r.document_id, r.kind, r.number, r.date, r.due_date, r.total_amount_currency as currency
  from finance.receivables r
  where r.org_id = $1
  and r.state = 'OPEN'
  and r.due_date <= $3
  and r.date <= $2
  and r.kind = any($6)
  and ($4::uuid[] is null or r.customer_id = any($4))
  union all
  -- What was settled later was open on the day.
  select r.id, r.customer_id, r.document_id, r.kind, r.number, r.date, r.due_date, r.total_amount_currency
  from finance.receivables r
  where $5::boolean
  and r.org_id = $1
  and r.settle_date > $2
  and r.due_date <= $3
  and r.date <= $2
  and r.kind = any($6)
  and ($4::uuid[] is null or r.customer_id = any($4))
)
select
  i.id,
  i.customer_id,
  i.document_id,
  i.kind,
  i.number,
  i.date,
  i.due_date,
  i.currency,
  o.minor,
  o.base,
  c.display_name as customer_name,
  coalesce(nullif(c.legal_name, ''), c.display_name) as legal_name,
  c.language_code,
  c.group_key,
  c.dunning_policy_id,
  c.dunning_excluded,
  c.archive_time is not null as archived,
  c.dunning_pause_end_date as customer_pause_date,
  c.responsible_id as customer_responsible_id,
  v.dunning_pause_end_date as invoice_pause_date,
  v.dispute_date,
  n.last_step_days,
  n.last_notice_date,
  coalesce(n.has_fixed_sum, false) as has_fixed_sum,
  p.promise_date,
  coalesce(p.has_broken, false) as has_broken,
  f.last_follow_up_date,
  f.next_step,
  f.next_step_date,
  f.responsible_id
from items i
cross join lateral (
  select coalesce(sum(m.amount_minor), 0)::bigint as minor, coalesce(sum(m.base_amount_minor), 0)::bigint as base
  from finance.receivable_movements m
  where m.org_id = $1
  and m.item_id = i.id
  and m.side = 'RECEIVABLE'
  and m.date <= $2
) o
join finance.customers c on c.org_id = $1 and c.id = i.customer_id
left join finance.invoices v on v.org_id = $1 and v.id = i.id
left join lateral (
  select
    max(l.step_days) filter (where not l.repeatable) as last_step_days,
    max(n.date) as last_notice_date,
    bool_or(l.fixed_sum_minor > 0 and not l.repeatable) as has_fixed_sum
  from finance.dunning_notice_lines l
  join finance.dunning_notices n on n.org_id = $1 and n.id = l.dunning_notice_id
  where l.org_id = $1
  and l.receivable_id = i.id
  and (not $5 or n.date <= $2)
) n on true
left join lateral (
  select
    max(p.promise_date) filter (where p.promise_date >= $2) as promise_date,
    bool_or(p.promise_date < $2) as has_broken
  from finance.payment_promises p
  where p.org_id = $1
  and p.invoice_id = i.id
  and p.date <= $2
  and p.amount_minor > (
    select coalesce(-sum(m.amount_minor), 0)
    from finance.receivable_movements m
    where m.org_id = $1
    and m.item_id = i.id
    and m.side = 'RECEIVABLE'
    and m.date between p.date and least(p.promise_date, $2)
    and m.cause <> i.document_id
  )
) p on true
left join lateral (
  select
    max(f.date) filter (where f.kind <> 'NOTE') as last_follow_up_date,
    (array_agg(f.next_step order by f.next_step_date, f.id) filter (where f.state = 'OPEN'))[1] as next_step,
    nullif(min(f.next_step_date) filter (where f.state = 'OPEN'), 'infinity') as next_step_date,
    (array_agg(f.responsible_id order by f.next_step_date, f.id) filter (where f.state = 'OPEN'))[1] as responsible_id
  from finance.follow_ups f
  where f.org_id = $1
  and f.customer_id = i.customer_id
  and (f.invoice_id is null or f.invoice_id = i.id)
  and f.date <= $2
) f on true
where o.minor > 0
order by i.customer_id, i.due_date, i.id
