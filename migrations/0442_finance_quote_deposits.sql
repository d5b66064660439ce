-- +goose Up
-- Deposits that quotes ask for.

alter table finance.quotes add column deposit_percent numeric;
alter table finance.quotes add column deposit_amount_currency text;
alter table finance.quotes add column deposit_amount_minor bigint;
alter table finance.quotes add column deposit_taxed boolean not null default false;
alter table finance.quotes alter column deposit_taxed drop default;
alter table finance.quotes add column deposit_request_id uuid;
alter table finance.quotes add constraint quotes_deposit_request_exists
  foreign key (org_id, deposit_request_id) references finance.deposit_requests (org_id, id);
create index quotes_by_deposit_request on finance.quotes (org_id, deposit_request_id) where deposit_request_id is not null;

-- +goose Down
alter table finance.quotes drop column deposit_request_id;
alter table finance.quotes drop column deposit_taxed;
alter table finance.quotes drop column deposit_amount_minor;
alter table finance.quotes drop column deposit_amount_currency;
alter table finance.quotes drop column deposit_percent;
