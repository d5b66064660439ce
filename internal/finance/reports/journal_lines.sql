select
  l.journal_entry_id,
  l.id,
  l.account_id,
  a.code,
  a.display_name,
  l.memo,
  l.base_amount_minor as minor
from finance.journal_lines l
-- The offset makes it a look-up for each line.
cross join lateral (
  select c.code, c.display_name
  from finance.accounts c
  where c.org_id = $1
  and c.id = l.account_id
  offset 0
) a
where l.org_id = $1
and l.journal_entry_id = any($2)
order by l.journal_entry_id, l.line_number
