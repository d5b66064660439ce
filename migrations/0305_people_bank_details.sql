-- +goose Up
alter table people.employees add column bank_account_holder text not null default '';
alter table people.employees alter column bank_account_holder drop default;
alter table people.employees add column bank_code text not null default '';
alter table people.employees alter column bank_code drop default;

-- +goose Down
alter table people.employees drop column bank_code;
alter table people.employees drop column bank_account_holder;
