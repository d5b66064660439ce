select (
  w.turnover_minor + coalesce((
    select sum(greatest(abs(l.amount_minor), abs(l.base_amount_minor)))
    from finance.journal_lines l
    where l.org_id = $1
    and (l.position, l.seq) > ($2, $3)
  ), 0)
)::text
from finance.rollup_watermarks w
where w.org_id = $1
