-- Adds up income and expenses of a period by dimension value and figure. $4 are the dimension values, and
-- $5 also adds up what has none of them. $6 to $9 are the first and last whole month and the watermark
-- of the rollups. $10 and $11 are what the cash basis adds to lines.
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
), tail as materialized (
  select l.date, l.account_id, l.dimension_value_ids, l.base_amount_minor
  from finance.journal_lines l
  where l.org_id = $1
  and (l.position, l.seq) > ($8::bigint, $9::bigint)
  and not l.closing
), parts as (
  select b.account_id, b.dimension_value_ids, b.base_amount_minor as minor
  from finance.balance_rollups b
  where b.org_id = $1
  and b.grain = 'MONTH'
  and b.start_date >= $6
  and b.start_date <= $7
  and not b.closing
  union all
  select b.account_id, b.dimension_value_ids, b.base_amount_minor
  from finance.balance_rollups b
  where b.org_id = $1
  and b.grain = 'DAY'
  and b.start_date >= $2
  and b.start_date <= $3
  and not (b.start_date >= $6 and date_trunc('month', b.start_date) <= $7)
  and not b.closing
  union all
  select t.account_id, t.dimension_value_ids, t.base_amount_minor
  from tail t
  where t.date >= $2
  and t.date <= $3
  union all
  select l.account_id, l.dimension_value_ids, u.minor
  from unnest($10::uuid[], $11::bigint[]) u(id, minor)
  cross join lateral (
    select t.account_id, t.dimension_value_ids
    from finance.journal_lines t
    where t.org_id = $1
    and t.id = u.id
    offset 0
  ) l
), sums as materialized (
  -- Added up before accounts are joined: without statistics, the join would read the lines for each.
  select p.account_id, v.id as value_id, sum(p.minor) as minor
  from parts p
  left join lateral (
    select u.id
    from unnest(p.dimension_value_ids) u(id)
    where u.id = any($4)
    limit 1
  ) v on true
  where v.id is not null or $5
  group by p.account_id, v.id
)
select
  s.value_id,
  a.figure,
  sum(case when a.figure = 'INCOME' then -s.minor else s.minor end)::bigint as minor
from sums s
join accounts a on a.id = s.account_id
group by 1, 2
