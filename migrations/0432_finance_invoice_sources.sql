-- +goose Up
-- What voided invoices billed, and drafts that collect what can be billed.

alter table finance.invoices add column released_source_ids text[] not null default '{}';
alter table finance.invoices alter column released_source_ids drop default;
alter table finance.invoices add column collecting boolean not null default false;
alter table finance.invoices alter column collecting drop default;
create index invoices_collecting on finance.invoices (org_id, customer_id, id) where state = 'DRAFT' and collecting;

-- +goose Down
drop index finance.invoices_collecting;
alter table finance.invoices drop column collecting;
alter table finance.invoices drop column released_source_ids;
