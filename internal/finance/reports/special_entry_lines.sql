select journal_entry_id, account_id, date, base_amount_minor as minor
from finance.journal_lines
where org_id = $1
and journal_entry_id = any($2)
and not closing
order by journal_entry_id, line_number
