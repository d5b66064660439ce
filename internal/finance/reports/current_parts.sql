select id, current_parts
from finance.accounts
where org_id = $1
and current_parts is not null
