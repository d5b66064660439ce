select y.end_date, l.account_id
from finance.fiscal_years y
cross join lateral unnest(y.closing_entry_ids) k(id)
-- The offsets make look-ups for each entry.
cross join lateral (
  select t.account_id, t.base_amount_minor
  from finance.journal_lines t
  where t.org_id = $1
  and t.journal_entry_id = k.id
  offset 0
) l
cross join lateral (
  select t.type
  from finance.accounts t
  where t.org_id = $1
  and t.id = l.account_id
  offset 0
) a
where y.org_id = $1
and y.end_date <= $2
and a.type = 'EQUITY'
and exists (
  select
  from finance.journal_entries e
  where e.org_id = $1
  and e.id = k.id
  and e.post_time > $3
) is false
order by y.end_date desc, abs(l.base_amount_minor) desc
limit 1
