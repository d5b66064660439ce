-- Lists the journal lines in figure $5 of dimension value $4 in a period. $6 and $7 are what the cash
-- basis adds to lines, $8 and $9 the day and line after which the page begins.
with accounts as materialized (
  select
    a.id,
    case
      when a.type = 'INCOME' then 'INCOME'
      when r.id is not null then 'WRITE_OFFS'
      when a.subtype = 'PAYROLL_EXPENSE' then 'PAYROLL'
      else 'COSTS'
    end as figure
  from finance.accounts a
  left join finance.account_roles r on r.org_id = $1 and r.account_id = a.id and r.role = 'BAD_DEBTS'
  where a.org_id = $1
  and a.type in ('INCOME', 'EXPENSE')
), chosen as materialized (
  select array(select a.id from accounts a where a.figure = $5) as ids
), counted as (
  select l.id, l.base_amount_minor as minor
  from finance.journal_lines l
  where l.org_id = $1
  and l.account_id = any((select c.ids from chosen c)::uuid[])
  and l.date >= $2
  and l.date <= $3
  and not l.closing
  and l.dimension_value_ids @> array[$4::uuid]
  union all
  select u.id, u.minor
  from unnest($6::uuid[], $7::bigint[]) u(id, minor)
), sums as materialized (
  select c.id, sum(c.minor) as minor
  from counted c
  group by c.id
  having sum(c.minor) <> 0
)
select
  l.id,
  l.journal_entry_id as entry_id,
  l.account_id,
  l.date,
  e.source,
  e.description,
  n.display_name as account_name,
  (case when $5 = 'INCOME' then -s.minor else s.minor end)::bigint as minor
from sums s
-- The offsets make look-ups for each line, also in organizations without statistics.
cross join lateral (
  select t.id, t.journal_entry_id, t.account_id, t.date
  from finance.journal_lines t
  where t.org_id = $1
  and t.id = s.id
  and t.account_id = any((select c.ids from chosen c)::uuid[])
  and t.dimension_value_ids @> array[$4::uuid]
  offset 0
) l
cross join lateral (
  select t.source, t.description
  from finance.journal_entries t
  where t.org_id = $1
  and t.id = l.journal_entry_id
  offset 0
) e
cross join lateral (
  select t.display_name
  from finance.accounts t
  where t.org_id = $1
  and t.id = l.account_id
  offset 0
) n
where (l.date, l.id) > ($8::date, $9::uuid)
order by l.date, l.id
limit $10
