-- +goose Up
-- What was unusual when an invoice was issued.
alter table finance.invoices add column warnings jsonb;

-- +goose Down
alter table finance.invoices drop column warnings;
