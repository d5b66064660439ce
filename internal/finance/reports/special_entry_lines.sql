select l.journal_entry_id, l.account_id, l.date, l.minor
from unnest($2::uuid[]) with ordinality e (id, place)
cross join lateral (
  select journal_entry_id, account_id, date, base_amount_minor as minor, line_number
  from finance.journal_lines
  where org_id = $1
  and journal_entry_id = e.id
  and not closing
  -- One lookup for each entry, so that lines of other entries are not read.
  offset 0
) l
order by e.place, l.line_number
