with candidates as (
  select 'RECEIVABLE' as side, r.id
  from finance.receivables r
  where r.org_id = $1
  and r.state = 'OPEN'
  union
  -- What was settled later.
  select 'RECEIVABLE', r.id
  from finance.receivables r
  where r.org_id = $1
  and r.settle_date > $2
  and r.date <= $2
  union
  -- What may have been canceled later.
  select 'RECEIVABLE', r.id
  from finance.receivables r
  where r.org_id = $1
  and r.state = 'CANCELED'
  and r.date <= $2
  union
  -- What was settled or canceled by movements that were not known.
  select m.side, m.item_id
  from finance.receivable_movements m
  where $3::timestamptz is not null
  and m.org_id = $1
  and m.side = 'RECEIVABLE'
  and m.create_time > $3
  union
  -- Payments are money, and count as posted.
  select 'CREDIT', c.id
  from finance.customer_credits c
  where c.org_id = $1
  and c.kind = 'CREDIT_NOTE'
  and c.date <= $2
), documents as (
  select candidates.side, candidates.id, d.document_id, d.sign
  from candidates
  -- The offsets make look-ups for each item, also in organizations without statistics.
  cross join lateral (
    select r.document_id, 1 as sign
    from finance.receivables r
    where candidates.side = 'RECEIVABLE'
    and r.org_id = $1
    and r.id = candidates.id
    union all
    select c.document_id, -1
    from finance.customer_credits c
    where candidates.side = 'CREDIT'
    and c.org_id = $1
    and c.id = candidates.id
    offset 0
  ) d
), items as (
  select d.side, d.id, d.sign, m.open, m.open_base, m.total, m.entry_id, m.account_id
  from documents d
  cross join lateral (
    select
      sum(t.amount_minor) as open,
      sum(t.base_amount_minor) as open_base,
      sum(t.amount_minor) filter (where t.cause = d.document_id and t.amount_minor > 0) as total,
      -- The entry that opened the item. An item of an opening entry has none, and counts as posted.
      max(t.journal_entry_id::text) filter (where t.cause = d.document_id and t.amount_minor > 0)::uuid as entry_id,
      max(t.account_id::text) filter (where t.cause = d.document_id and t.amount_minor > 0)::uuid as account_id
    from finance.receivable_movements t
    where t.org_id = $1
    and t.item_id = d.id
    and t.side = d.side
    and t.date <= $2
    and ($3::timestamptz is null or t.create_time <= $3)
    offset 0
  ) m
  where m.open <> 0
), lines as (
  select
    i.side,
    i.id as item_id,
    i.sign * i.open_base as open_base,
    l.id,
    l.account_id,
    l.dimension_value_ids,
    l.base_amount_minor as minor,
    l.account_id = i.account_id as is_control,
    round(l.base_amount_minor * (i.total - i.open) / i.total) as recognized,
    row_number() over (
      partition by i.side, i.id, l.account_id = i.account_id
      order by abs(l.base_amount_minor) desc, l.line_number
    ) as place
  from items i
  cross join lateral (
    select t.id, t.account_id, t.dimension_value_ids, t.base_amount_minor, t.line_number
    from finance.journal_lines t
    where t.org_id = $1
    and t.journal_entry_id = i.entry_id
    offset 0
  ) l
), adjustments as (
  select
    l.id,
    l.account_id,
    l.dimension_value_ids,
    case
      when l.is_control and l.place = 1 then -l.open_base
      when l.is_control then 0
      -- The largest line takes what rounding leaves over, so that the entry balances.
      when l.place = 1 then l.open_base - coalesce(sum(l.recognized - l.minor) filter (where not l.is_control and l.place > 1)
        over (partition by l.side, l.item_id), 0)
      else l.recognized - l.minor
    end as minor
  from lines l
)
select
  a.account_id,
  case when $6 then a.id end as line_id,
  sum(a.minor)::bigint as minor
from adjustments a
where a.dimension_value_ids @> $4
and not a.dimension_value_ids && $5
group by 1, 2
having sum(a.minor) <> 0
