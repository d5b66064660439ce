-- +goose Up
-- CSV profiles name a built-in layout, and the column of the own account.
alter table finance.csv_profiles add column account_column text not null default '';
alter table finance.csv_profiles add column bank_layout text not null default '';
alter table finance.csv_profiles alter column account_column drop default;
alter table finance.csv_profiles alter column bank_layout drop default;

-- +goose Down
alter table finance.csv_profiles drop column bank_layout;
alter table finance.csv_profiles drop column account_column;
