-- +goose Up
-- The counterparty's account of a statement line, as reported by banks.

alter table finance.bank_statement_lines
add column counterparty_account text not null default '';
alter table finance.bank_statement_lines alter column counterparty_account drop default;

alter table finance.statement_rows
add column counterparty_account text not null default '';
alter table finance.statement_rows alter column counterparty_account drop default;

alter table finance.csv_profiles
add column counterparty_account_column text not null default '';
alter table finance.csv_profiles alter column counterparty_account_column drop default;

-- +goose Down
alter table finance.csv_profiles drop column counterparty_account_column;
alter table finance.statement_rows drop column counterparty_account;
alter table finance.bank_statement_lines drop column counterparty_account;
