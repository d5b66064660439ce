-- +goose Up
alter table finance.vendors add column bank_account_holder text not null default '';
alter table finance.vendors alter column bank_account_holder drop default;
alter table finance.vendors add column bank_code text not null default '';
alter table finance.vendors alter column bank_code drop default;

-- +goose Down
alter table finance.vendors drop column bank_code;
alter table finance.vendors drop column bank_account_holder;
