select
  l.journal_entry_id,
  l.id,
  l.account_id,
  a.code,
  a.display_name,
  l.memo,
  l.base_amount_minor as minor
from finance.journal_lines l
join finance.accounts a on a.org_id = l.org_id and a.id = l.account_id
where l.org_id = $1
and l.journal_entry_id = any($2)
order by l.journal_entry_id, l.line_number
