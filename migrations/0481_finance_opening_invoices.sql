-- +goose Up
-- Invoices that were open when the organization began to keep its books here.

alter table finance.invoices add column opening_date date;
-- A corrected invoice can be taken over again with the number of the void one.
create unique index invoice_number_taken on finance.invoices (org_id, number)
  where number <> '' and (opening_date is null or state <> 'VOID');

-- +goose Down
drop index finance.invoice_number_taken;
alter table finance.invoices drop column opening_date;
