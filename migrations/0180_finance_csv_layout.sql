-- +goose Up
-- CSV profiles describe columns of the direction, the status, the check number, the type and a fee. Imports of
-- CSV keep how the file was read.
alter table finance.csv_profiles add column direction_column text not null default '';
alter table finance.csv_profiles add column money_out_words text[] not null default '{}';
alter table finance.csv_profiles add column money_in_words text[] not null default '{}';
alter table finance.csv_profiles add column status_column text not null default '';
alter table finance.csv_profiles add column booked_words text[] not null default '{}';
alter table finance.csv_profiles add column left_out_words text[] not null default '{}';
alter table finance.csv_profiles add column check_number_column text not null default '';
alter table finance.csv_profiles add column transaction_type_column text not null default '';
alter table finance.csv_profiles add column fee_column text not null default '';
alter table finance.csv_profiles alter column fee_column drop default;
alter table finance.csv_profiles alter column direction_column drop default;
alter table finance.csv_profiles alter column money_out_words drop default;
alter table finance.csv_profiles alter column money_in_words drop default;
alter table finance.csv_profiles alter column status_column drop default;
alter table finance.csv_profiles alter column booked_words drop default;
alter table finance.csv_profiles alter column left_out_words drop default;
alter table finance.csv_profiles alter column check_number_column drop default;
alter table finance.csv_profiles alter column transaction_type_column drop default;

alter table finance.statement_imports add column csv_layout jsonb;

-- +goose Down
alter table finance.statement_imports drop column csv_layout;
alter table finance.csv_profiles drop column fee_column;
alter table finance.csv_profiles drop column transaction_type_column;
alter table finance.csv_profiles drop column check_number_column;
alter table finance.csv_profiles drop column left_out_words;
alter table finance.csv_profiles drop column booked_words;
alter table finance.csv_profiles drop column status_column;
alter table finance.csv_profiles drop column money_in_words;
alter table finance.csv_profiles drop column money_out_words;
alter table finance.csv_profiles drop column direction_column;
