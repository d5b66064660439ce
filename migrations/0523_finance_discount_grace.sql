-- +goose Up
-- Days after the last day of an early-payment discount on which it is still granted.
alter table finance.receivables add column discount_grace_days integer not null default 0;
alter table finance.receivables alter column discount_grace_days drop default;

-- +goose Down
alter table finance.receivables drop column discount_grace_days;
