-- +goose Up
-- Issued invoices of recurring invoices that are to be sent.

alter table finance.recurring_invoice_days add column to_send boolean not null default false;
alter table finance.recurring_invoice_days alter column to_send drop default;
create index recurring_invoice_days_to_send on finance.recurring_invoice_days (org_id, date, invoice_id) where to_send;

-- +goose Down
alter table finance.recurring_invoice_days drop column to_send;
