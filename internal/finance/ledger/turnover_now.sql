-- Like turnover.sql, for transactions that do not lock the watermark. The organization may have no
-- watermark yet.
select (
  coalesce(w.turnover_minor, 0) + coalesce((
    select sum(greatest(abs(l.amount_minor), abs(l.base_amount_minor)))
    from finance.journal_lines l
    where l.org_id = $1
    and (l.position, l.seq) > (coalesce(w.position, 0), coalesce(w.seq, 0))
  ), 0)
)::text
from platform.organizations o
left join finance.rollup_watermarks w on w.org_id = $1
where o.org_id = $1
