-- +goose Up
-- Small differences between what is paid and what is owed, which allocations post to rounding.
alter table finance.allocations add column clear_difference boolean not null default false;
alter table finance.allocations alter column clear_difference drop default;
alter table finance.allocations add column difference_currency text;
alter table finance.allocations add column difference_minor bigint;

-- +goose Down
alter table finance.allocations drop column difference_minor;
alter table finance.allocations drop column difference_currency;
alter table finance.allocations drop column clear_difference;
