-- +goose Up
-- Invoices and credit notes.

create table finance.invoices (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  number text not null,
  customer_id uuid not null,
  state text not null,
  issue_date date not null,
  due_date date not null,
  payment_term_id uuid,
  currency_code text not null,
  exchange_rate numeric,
  price_mode text not null,
  tax_rounding text not null,
  discount_percent numeric,
  discount_amount_currency text,
  discount_amount_minor bigint,
  reference text not null,
  introduction text not null,
  closing_text text not null,
  note text not null,
  customer_name text not null,
  billing_address jsonb,
  customer_tax_number text not null,
  net_amount_currency text not null,
  net_amount_minor bigint not null,
  tax_amount_currency text not null,
  tax_amount_minor bigint not null,
  total_amount_currency text not null,
  total_amount_minor bigint not null,
  withheld_amount_currency text not null,
  withheld_amount_minor bigint not null,
  taxes jsonb,
  open_amount_currency text,
  open_amount_minor bigint,
  payment_status text not null,
  pay_date date,
  close_date date,
  close_reason text not null,
  dispute_date date,
  dispute_reason text not null,
  journal_entry_id uuid,
  issue_time timestamptz,
  constraint invoices_pkey primary key (org_id, id),
  constraint invoices_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint invoices_payment_term_exists foreign key (org_id, payment_term_id) references finance.payment_terms (org_id, id),
  constraint invoices_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint invoices_state_known check (state in ('DRAFT', 'ISSUED', 'VOID', 'WRITTEN_OFF')),
  constraint invoices_payment_status_known check (payment_status in ('', 'UNPAID', 'PARTIALLY_PAID', 'PAID')),
  constraint invoices_price_mode_known check (price_mode in ('EXCLUSIVE', 'INCLUSIVE', 'NO_TAX')),
  constraint invoices_tax_rounding_known check (tax_rounding in ('PER_LINE', 'PER_DOCUMENT_RATE')),
  constraint invoices_numbered check ((state = 'DRAFT') = (number = ''))
);
comment on table finance.invoices is 'Invoices to customers. Drafts have no number and are not on the books.';
create index invoices_by_customer on finance.invoices (org_id, customer_id, issue_date);
create index invoices_by_number on finance.invoices (org_id, number, id);
create index invoices_by_issue_date on finance.invoices (org_id, issue_date, id);
create index invoices_by_due_date on finance.invoices (org_id, due_date, id);
create index invoices_unpaid on finance.invoices (org_id, due_date, id) where state = 'ISSUED' and payment_status <> 'PAID';
create index invoices_by_state on finance.invoices (org_id, state, payment_status, id);
create index invoices_by_payment_term on finance.invoices (org_id, payment_term_id) where payment_term_id is not null;
create index invoices_by_journal_entry on finance.invoices (org_id, journal_entry_id) where journal_entry_id is not null;
create unique index invoices_external_id_taken on finance.invoices (org_id, external_id) where external_id is not null;
select platform.tenant_table('finance.invoices', 'select, insert, update, delete');

create table finance.invoice_lines (
  org_id uuid not null,
  id uuid not null,
  invoice_id uuid not null,
  line_number integer not null,
  item_id uuid,
  description text not null,
  quantity numeric not null,
  unit text not null,
  unit_price numeric not null,
  discount_percent numeric,
  discount_amount_currency text,
  discount_amount_minor bigint,
  tax_code_id uuid,
  account_id uuid not null,
  dimension_value_ids uuid[] not null,
  service_start_date date,
  service_end_date date,
  source_ids text[] not null,
  amount_currency text not null,
  amount_minor bigint not null,
  net_amount_currency text not null,
  net_amount_minor bigint not null,
  tax_amount_currency text not null,
  tax_amount_minor bigint not null,
  taxes jsonb,
  constraint invoice_lines_pkey primary key (org_id, id),
  constraint invoice_lines_invoice_exists foreign key (org_id, invoice_id) references finance.invoices (org_id, id) on delete cascade,
  constraint invoice_lines_item_exists foreign key (org_id, item_id) references finance.items (org_id, id),
  constraint invoice_lines_tax_code_exists foreign key (org_id, tax_code_id) references finance.tax_codes (org_id, id),
  constraint invoice_lines_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id)
);
comment on table finance.invoice_lines is 'What invoices bill. Credit notes refer to the lines.';
create index invoice_lines_by_invoice on finance.invoice_lines (org_id, invoice_id, line_number);
create index invoice_lines_by_item on finance.invoice_lines (org_id, item_id) where item_id is not null;
create index invoice_lines_by_tax_code on finance.invoice_lines (org_id, tax_code_id) where tax_code_id is not null;
create index invoice_lines_by_account on finance.invoice_lines (org_id, account_id);
select platform.tenant_table('finance.invoice_lines', 'select, insert, update, delete');

create table finance.credit_notes (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  number text not null,
  invoice_id uuid not null,
  issue_date date not null,
  reason text not null,
  keep_as_credit boolean not null,
  customer_id uuid not null,
  state text not null,
  net_amount_currency text not null,
  net_amount_minor bigint not null,
  tax_amount_currency text not null,
  tax_amount_minor bigint not null,
  total_amount_currency text not null,
  total_amount_minor bigint not null,
  taxes jsonb,
  void_date date,
  void_reason text not null,
  journal_entry_id uuid not null,
  constraint credit_notes_pkey primary key (org_id, id),
  constraint credit_notes_invoice_exists foreign key (org_id, invoice_id) references finance.invoices (org_id, id),
  constraint credit_notes_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint credit_notes_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint credit_notes_state_known check (state in ('ISSUED', 'VOID'))
);
comment on table finance.credit_notes is 'Credits to customers for lines of their invoices.';
create index credit_notes_by_invoice on finance.credit_notes (org_id, invoice_id);
create index credit_notes_by_customer on finance.credit_notes (org_id, customer_id, issue_date);
create index credit_notes_by_number on finance.credit_notes (org_id, number, id);
create index credit_notes_by_issue_date on finance.credit_notes (org_id, issue_date, id);
create index credit_notes_by_journal_entry on finance.credit_notes (org_id, journal_entry_id);
create unique index credit_notes_external_id_taken on finance.credit_notes (org_id, external_id) where external_id is not null;
select platform.tenant_table('finance.credit_notes', 'select, insert, update');

create table finance.credit_note_lines (
  org_id uuid not null,
  credit_note_id uuid not null,
  line_number integer not null,
  invoice_line_id uuid not null,
  quantity numeric not null,
  amount_currency text not null,
  amount_minor bigint not null,
  net_amount_currency text not null,
  net_amount_minor bigint not null,
  tax_amount_currency text not null,
  tax_amount_minor bigint not null,
  taxes jsonb,
  description text not null,
  constraint credit_note_lines_pkey primary key (org_id, credit_note_id, line_number),
  constraint credit_note_lines_credit_note_exists foreign key (org_id, credit_note_id) references finance.credit_notes (org_id, id),
  constraint credit_note_lines_invoice_line_exists foreign key (org_id, invoice_line_id) references finance.invoice_lines (org_id, id)
);
comment on table finance.credit_note_lines is 'What credit notes credit of the lines of invoices.';
create index credit_note_lines_by_invoice_line on finance.credit_note_lines (org_id, invoice_line_id);
select platform.tenant_table('finance.credit_note_lines', 'select, insert');

-- The tax codes of items and customers.
alter table finance.items add column sales_tax_code_id uuid;
alter table finance.items add column purchase_tax_code_id uuid;
alter table finance.items
  add constraint items_sales_tax_code_exists foreign key (org_id, sales_tax_code_id) references finance.tax_codes (org_id, id);
alter table finance.items
  add constraint items_purchase_tax_code_exists foreign key (org_id, purchase_tax_code_id) references finance.tax_codes (org_id, id);
create index items_by_sales_tax_code on finance.items (org_id, sales_tax_code_id) where sales_tax_code_id is not null;
create index items_by_purchase_tax_code on finance.items (org_id, purchase_tax_code_id) where purchase_tax_code_id is not null;
alter table finance.customers add column tax_code_id uuid;
alter table finance.customers
  add constraint customers_tax_code_exists foreign key (org_id, tax_code_id) references finance.tax_codes (org_id, id);
create index customers_by_tax_code on finance.customers (org_id, tax_code_id) where tax_code_id is not null;

-- The account to which sales are posted that name no other.
insert into finance.account_roles (org_id, id, version, create_time, update_time, role)
select id, gen_random_uuid(), 1, now(), now(), 'SALES'
from platform.organizations;

-- +goose Down
delete from finance.account_roles
where role = 'SALES';
alter table finance.customers drop column tax_code_id;
alter table finance.items drop column sales_tax_code_id;
alter table finance.items drop column purchase_tax_code_id;
drop table finance.credit_note_lines, finance.credit_notes, finance.invoice_lines, finance.invoices;
