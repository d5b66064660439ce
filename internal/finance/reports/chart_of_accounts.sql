select
  id,
  code,
  display_name,
  type,
  subtype,
  cash_flow_section,
  cash_flow_class,
  balance_sheet_term,
  parent_account_id,
  currency_code,
  archive_time is not null as archived
from finance.accounts
where org_id = $1
order by code = '', code, display_name, id
