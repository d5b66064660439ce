select distinct journal_entry_id
from finance.journal_lines
where org_id = $1
and account_id = any($2)
and date >= $3
and date <= $4
and not closing
