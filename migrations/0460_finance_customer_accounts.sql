-- +goose Up
-- Bank accounts to which customers pay.

alter table finance.bank_accounts add column for_customers boolean not null default false;
alter table finance.bank_accounts alter column for_customers drop default;

-- +goose Down
alter table finance.bank_accounts drop column for_customers;
