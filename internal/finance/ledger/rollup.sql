insert into finance.balance_rollups as r (
  org_id, grain, start_date, account_id, amount_currency, dimension_value_ids, closing, amount_minor, base_amount_minor, line_count
)
select l.org_id, g.grain, case when g.grain = 'MONTH' then date_trunc('month', l.date)::date else l.date end as start_date,
  l.account_id, l.amount_currency, l.dimension_value_ids, l.closing, sum(l.amount_minor), sum(l.base_amount_minor), count(*)
from finance.journal_lines l
cross join (values ('MONTH'), ('DAY')) as g (grain)
where l.org_id = $1
and (l.position, l.seq) > ($2, $3)
and (l.position, l.seq) <= ($4, $5)
group by l.org_id, g.grain, start_date, l.account_id, l.amount_currency, l.dimension_value_ids, l.closing
on conflict (org_id, grain, start_date, account_id, amount_currency, closing, dimension_value_ids) do update
set amount_minor = r.amount_minor + excluded.amount_minor,
  base_amount_minor = r.base_amount_minor + excluded.base_amount_minor,
  line_count = r.line_count + excluded.line_count
