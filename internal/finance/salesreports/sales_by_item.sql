with accounts as (
  select array(select a.id from finance.accounts a where a.org_id = $1 and a.subtype = 'SALES') as ids
), sold as (
  select l.journal_entry_id, l.account_id, l.base_amount_minor as minor
  from finance.journal_lines l
  where l.org_id = $1
  and l.account_id = any((select ids from accounts)::uuid[])
  and l.date >= $2
  and l.date <= $3
  and not l.closing
  and l.dimension_value_ids @> $4
  union all
  -- What the cash basis adds to lines.
  select l.journal_entry_id, l.account_id, u.minor
  from unnest($7::uuid[], $8::bigint[]) u(id, minor)
  cross join lateral (
    select t.journal_entry_id, t.account_id, t.dimension_value_ids
    from finance.journal_lines t
    where t.org_id = $1
    and t.id = u.id
    offset 0
  ) l
  where l.account_id = any((select ids from accounts)::uuid[])
  and l.dimension_value_ids @> $4
), posted as (
  select s.journal_entry_id, s.account_id, -sum(s.minor) as minor
  from sold s
  group by s.journal_entry_id, s.account_id
), lines as (
  select
    p.account_id,
    p.minor,
    e.entry_id,
    e.date,
    e.source,
    e.description,
    d.kind,
    d.customer_id,
    d.prefix,
    d.document_id,
    d.number,
    l.line_id,
    l.line_number,
    l.item_id,
    l.description as line_description,
    l.quantity * e.sign as quantity,
    l.weight
  from posted p
  -- The offsets make look-ups for each entry, also in organizations without statistics.
  cross join lateral (
    select
      t.id as entry_id,
      t.date,
      t.source,
      t.description,
      t.post_time,
      coalesce(t.reverses_id, t.id) as origin_id,
      case when t.reverses_id is null then 1 else -1 end as sign
    from finance.journal_entries t
    where t.org_id = $1
    and t.id = p.journal_entry_id
    offset 0
  ) e
  left join lateral (
    select 'INVOICED' as kind, 'inv' as prefix, i.id as document_id, i.id as invoice_id, i.customer_id, i.number
    from finance.invoices i
    where e.source = 'INVOICE'
    and i.org_id = $1
    and i.journal_entry_id = e.origin_id
    union all
    select 'CREDITED', 'crn', n.id, n.invoice_id, n.customer_id, n.number
    from finance.credit_notes n
    where e.source = 'CREDIT_NOTE'
    and n.org_id = $1
    and n.journal_entry_id = e.origin_id
    union all
    select 'DISCOUNT', 'inv', a.receivable_id, a.receivable_id, a.customer_id, r.number
    from finance.allocations a
    join finance.receivables r on r.org_id = $1 and r.id = a.receivable_id
    where e.source = 'ALLOCATION'
    and a.org_id = $1
    and a.journal_entry_id = e.origin_id
    offset 0
  ) d on true
  left join lateral (
    select
      il.id as line_id,
      il.line_number,
      il.item_id,
      il.description,
      case when d.kind = 'INVOICED' then il.quantity end as quantity,
      il.net_amount_minor as weight
    from finance.invoice_lines il
    where d.kind in ('INVOICED', 'DISCOUNT')
    and il.org_id = $1
    and il.invoice_id = d.invoice_id
    and (d.kind = 'DISCOUNT' or il.account_id = p.account_id)
    and il.dimension_value_ids @> $4
    union all
    select il.id, cl.line_number, il.item_id, cl.description, -cl.quantity, cl.net_amount_minor
    from finance.credit_note_lines cl
    cross join lateral (
      select t.id, t.item_id, t.account_id, t.dimension_value_ids
      from finance.invoice_lines t
      where t.org_id = $1
      and t.id = cl.invoice_line_id
      offset 0
    ) il
    where d.kind = 'CREDITED'
    and cl.org_id = $1
    and cl.credit_note_id = d.document_id
    and il.account_id = p.account_id
    and il.dimension_value_ids @> $4
    offset 0
  ) l on true
  where ($5::timestamptz is null or e.post_time <= $5)
  and ($6::uuid is null or d.customer_id = $6)
), shares as (
  -- Each share is the difference of two rounded running totals, so that the shares add up.
  select
    l.*,
    coalesce(l.weight, 1) as own,
    sum(coalesce(l.weight, 1)) over part as whole,
    sum(coalesce(l.weight, 1)) over (part order by l.line_number, l.line_id) as running,
    row_number() over (part order by l.line_number desc, l.line_id desc) = 1 as is_last
  from lines l
  window part as (partition by l.entry_id, l.account_id)
), parts as (
  select
    s.*,
    case
      when s.whole <> 0 then round(s.minor * s.running / s.whole) - round(s.minor * (s.running - s.own) / s.whole)
      when s.is_last then s.minor
      else 0
    end as share
  from shares s
)
select
  p.item_id as key,
  null::date as month,
  null::uuid[] as dimension_value_ids,
  coalesce(p.kind, 'OTHER') as kind,
  sum(p.share)::bigint as minor,
  coalesce(trim_scale(sum(p.quantity))::text, '') as quantity
from parts p
group by p.item_id, p.kind
