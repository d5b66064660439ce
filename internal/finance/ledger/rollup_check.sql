with mark as (
  select position, seq
  from finance.rollup_watermarks
  where org_id = $1
),
lines as (
  select case when g.grain = 'MONTH' then date_trunc('month', l.date)::date else l.date end as start_date, g.grain,
    l.account_id, l.amount_currency, l.dimension_value_ids, l.closing,
    sum(l.amount_minor) as amount, sum(l.base_amount_minor) as base, count(*) as n
  from finance.journal_lines l
  join mark on (l.position, l.seq) <= (mark.position, mark.seq)
  cross join (values ('MONTH'), ('DAY')) as g (grain)
  where l.org_id = $1
  group by 1, 2, 3, 4, 5, 6
),
rollups as (
  select start_date, grain, account_id, amount_currency, dimension_value_ids, closing,
    amount_minor as amount, base_amount_minor as base, line_count as n
  from finance.balance_rollups
  where org_id = $1
)
select count(*)
from lines l
full join rollups r using (start_date, grain, account_id, amount_currency, dimension_value_ids, closing)
where (l.amount, l.base, l.n) is distinct from (r.amount, r.base, r.n)
