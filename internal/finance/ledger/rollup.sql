with batch as (
  select l.position, l.seq, l.date, l.account_id, l.amount_currency, l.dimension_value_ids, l.closing, l.amount_minor, l.base_amount_minor
  from finance.journal_lines l
  where l.org_id = $1
  and (l.position, l.seq) > ($3, $4)
  and l.position < (select platform.horizon())
  order by l.position, l.seq
  limit $2
),
summed as (
  insert into finance.balance_rollups as r (
    org_id, grain, start_date, account_id, amount_currency, dimension_value_ids, closing, amount_minor, base_amount_minor, line_count
  )
  select $1, g.grain, case g.grain when 'MONTH' then date_trunc('month', b.date)::date else b.date end as start_date,
    b.account_id, b.amount_currency, b.dimension_value_ids, b.closing, sum(b.amount_minor), sum(b.base_amount_minor), count(*)
  from batch b
  cross join (values ('MONTH'), ('DAY')) as g (grain)
  group by g.grain, start_date, b.account_id, b.amount_currency, b.dimension_value_ids, b.closing
  on conflict (org_id, grain, start_date, account_id, amount_currency, closing, dimension_value_ids) do update
  set amount_minor = r.amount_minor + excluded.amount_minor,
    base_amount_minor = r.base_amount_minor + excluded.base_amount_minor,
    line_count = r.line_count + excluded.line_count
),
last as (
  select position, seq
  from batch
  order by position desc, seq desc
  limit 1
),
moved as (
  update finance.rollup_watermarks w
  set position = last.position,
    seq = last.seq,
    turnover_minor = w.turnover_minor + (select sum(greatest(abs(b.amount_minor), abs(b.base_amount_minor))) from batch b)
  from last
  where w.org_id = $1
)
select count(*)
from batch
