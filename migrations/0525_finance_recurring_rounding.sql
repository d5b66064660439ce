-- +goose Up
-- Rounding and discounts of recurring invoices, and when their recurrences changed.

alter table finance.recurring_invoices add column tax_rounding text not null default 'PER_LINE';
alter table finance.recurring_invoices alter column tax_rounding drop default;
alter table finance.recurring_invoices add constraint recurring_invoices_tax_rounding_known
  check (tax_rounding in ('PER_LINE', 'PER_DOCUMENT_RATE'));
alter table finance.recurring_invoices add column discount_amount_currency text;
alter table finance.recurring_invoices add column discount_amount_minor bigint;
alter table finance.recurring_invoices add column recurrence_change_date date;

-- +goose Down
alter table finance.recurring_invoices drop column recurrence_change_date;
alter table finance.recurring_invoices drop column discount_amount_minor;
alter table finance.recurring_invoices drop column discount_amount_currency;
alter table finance.recurring_invoices drop column tax_rounding;
