-- +goose Up
-- Templates of invoices that repeat.

create table finance.recurring_invoices (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  customer_id uuid not null,
  state text not null,
  mode text not null,
  recurrence jsonb not null,
  period text not null,
  payment_term_id uuid,
  currency_code text not null,
  price_mode text not null,
  lines jsonb,
  discount_percent numeric,
  reference text not null,
  introduction text not null,
  closing_text text not null,
  note text not null,
  responsible_id uuid,
  last_date date,
  created_count integer not null,
  skips jsonb,
  skipped_count integer not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint recurring_invoices_pkey primary key (org_id, id),
  constraint recurring_invoices_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint recurring_invoices_payment_term_exists
    foreign key (org_id, payment_term_id) references finance.payment_terms (org_id, id),
  constraint recurring_invoices_responsible_exists foreign key (org_id, responsible_id) references platform.persons (org_id, id),
  constraint recurring_invoices_state_known check (state in ('ACTIVE', 'PAUSED')),
  constraint recurring_invoices_mode_known check (mode in ('DRAFT', 'ISSUE', 'ISSUE_AND_SEND')),
  constraint recurring_invoices_period_known check (period in ('ADVANCE', 'ARREARS')),
  constraint recurring_invoices_price_mode_known check (price_mode in ('EXCLUSIVE', 'INCLUSIVE', 'NO_TAX'))
);
comment on table finance.recurring_invoices is 'Templates of invoices that are created on each day of a recurrence. The schedule of a row has the same UUID.';
create index recurring_invoices_by_customer on finance.recurring_invoices (org_id, customer_id);
create index recurring_invoices_by_payment_term on finance.recurring_invoices (org_id, payment_term_id) where payment_term_id is not null;
create index recurring_invoices_by_responsible on finance.recurring_invoices (org_id, responsible_id, id);
create unique index recurring_invoices_external_id_taken on finance.recurring_invoices (org_id, external_id) where external_id is not null;
select platform.tenant_table('finance.recurring_invoices', 'select, insert, update, delete');

create table finance.recurring_invoice_days (
  org_id uuid not null,
  recurring_invoice_id uuid not null,
  date date not null,
  invoice_id uuid not null,
  pending boolean not null,
  constraint recurring_invoice_days_pkey primary key (org_id, recurring_invoice_id, date),
  constraint recurring_invoice_days_recurring_invoice_exists
    foreign key (org_id, recurring_invoice_id) references finance.recurring_invoices (org_id, id) on delete cascade
);
comment on table finance.recurring_invoice_days is 'Days of recurring invoices whose invoice was created. A day has one, also if its draft was deleted.';
-- Drafts that are to be issued.
create index recurring_invoice_days_pending on finance.recurring_invoice_days (org_id, date, invoice_id) where pending;
select platform.tenant_table('finance.recurring_invoice_days', 'select, insert, update, delete');

alter table finance.invoices add column recurring_invoice_id uuid;
alter table finance.invoices add constraint invoices_recurring_invoice_exists
  foreign key (org_id, recurring_invoice_id) references finance.recurring_invoices (org_id, id);
create index invoices_by_recurring_invoice on finance.invoices (org_id, recurring_invoice_id) where recurring_invoice_id is not null;

-- +goose Down
drop index finance.invoices_by_recurring_invoice;
alter table finance.invoices drop column recurring_invoice_id;
drop table finance.recurring_invoice_days, finance.recurring_invoices;
