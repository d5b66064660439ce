with accounts as (
  select array(select a.id from finance.accounts a where a.org_id = $1 and a.subtype = 'SALES') as ids
), sold as (
  select l.journal_entry_id, l.account_id, l.date, l.dimension_value_ids, l.base_amount_minor as minor
  from finance.journal_lines l
  where l.org_id = $1
  and l.account_id = any((select ids from accounts)::uuid[])
  and l.date >= $2
  and l.date <= $3
  and not l.closing
  and l.dimension_value_ids @> $4
  union all
  -- What the cash basis adds to lines.
  select l.journal_entry_id, l.account_id, u.date, l.dimension_value_ids, u.minor
  from unnest($7::uuid[], $8::bigint[], $9::date[]) u(id, minor, date)
  cross join lateral (
    select t.journal_entry_id, t.account_id, t.dimension_value_ids
    from finance.journal_lines t
    where t.org_id = $1
    and t.id = u.id
    offset 0
  ) l
  where l.account_id = any((select ids from accounts)::uuid[])
  and l.dimension_value_ids @> $4
), entries as (
  select s.journal_entry_id, s.account_id, date_trunc('month', s.date)::date as month, s.dimension_value_ids, sum(s.minor) as minor
  from sold s
  group by s.journal_entry_id, s.account_id, date_trunc('month', s.date), s.dimension_value_ids
), documents as (
  select
    s.account_id,
    s.month,
    s.dimension_value_ids,
    s.minor,
    d.customer_id,
    coalesce(d.kind, 'OTHER') as kind
  from entries s
  -- The offsets make look-ups for each entry, also in organizations without statistics.
  cross join lateral (
    select t.source, t.post_time, coalesce(t.reverses_id, t.id) as origin_id
    from finance.journal_entries t
    where t.org_id = $1
    and t.id = s.journal_entry_id
    offset 0
  ) e
  left join lateral (
    select i.customer_id, 'INVOICED' as kind
    from finance.invoices i
    where e.source = 'INVOICE'
    and i.org_id = $1
    and i.journal_entry_id = e.origin_id
    union all
    select n.customer_id, 'CREDITED'
    from finance.credit_notes n
    where e.source = 'CREDIT_NOTE'
    and n.org_id = $1
    and n.journal_entry_id = e.origin_id
    union all
    select a.customer_id, 'DISCOUNT'
    from finance.allocations a
    where e.source = 'ALLOCATION'
    and a.org_id = $1
    and a.journal_entry_id = e.origin_id
    offset 0
  ) d on true
  where ($5::timestamptz is null or e.post_time <= $5)
  and ($6::uuid is null or d.customer_id = $6)
)
select
  case when $10 = 'CUSTOMER' then d.customer_id when $10 = 'ACCOUNT' then d.account_id end as key,
  case when $10 = 'MONTH' then d.month end as month,
  case when $10 = 'DIMENSION' then d.dimension_value_ids end as dimension_value_ids,
  d.kind,
  sum(-d.minor)::bigint as minor,
  ''::text as quantity
from documents d
group by 1, 2, 3, 4
