-- +goose Up
-- Codes are unique ignoring case, like names. Of records that
-- differ in case only, the later ones get a number.
update finance.accounts r
set code = left(r.code, 14) || '~' || d.number
from (
  select org_id, id, row_number() over (partition by org_id, lower(code) order by id) as number
  from finance.accounts
  where code <> ''
) d
where d.org_id = r.org_id
and d.id = r.id
and d.number > 1;
drop index finance.accounts_code_taken;
alter table finance.accounts add column code_key text not null generated always as (lower(code)) stored;
create unique index accounts_code_taken on finance.accounts (org_id, code_key) where code_key <> '';

-- +goose Down
drop index finance.accounts_code_taken;
alter table finance.accounts drop column code_key;
create unique index accounts_code_taken on finance.accounts (org_id, code) where code <> '';
