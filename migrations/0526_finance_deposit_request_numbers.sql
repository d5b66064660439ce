-- +goose Up
-- Numbers of deposit requests as bank texts contain them.

alter table finance.deposit_requests
  add column number_key text not null generated always as (upper(regexp_replace(number, '[^[:alnum:]]', '', 'g'))) stored;
create index deposit_requests_issued_by_number_key on finance.deposit_requests (org_id, number_key) where state = 'ISSUED';

-- +goose Down
drop index finance.deposit_requests_issued_by_number_key;
alter table finance.deposit_requests drop column number_key;
