-- +goose Up
-- Items and payment terms.

create table finance.payment_terms (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  description text not null,
  due jsonb,
  installments jsonb,
  discount jsonb,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint payment_terms_pkey primary key (org_id, id),
  constraint payment_terms_due_once check ((due is null) <> (installments is null))
);
comment on table finance.payment_terms is 'When amounts of documents are due, and what may be deducted for early payment.';
create unique index payment_terms_name_taken on finance.payment_terms (org_id, display_name_key);
create unique index payment_terms_external_id_taken on finance.payment_terms (org_id, external_id) where external_id is not null;
create index payment_terms_by_display_name on finance.payment_terms (org_id, display_name, id);
select platform.tenant_table('finance.payment_terms', 'select, insert, update, delete');

create table finance.items (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  code text not null,
  code_key text not null generated always as (lower(code)) stored,
  kind text not null,
  description text not null,
  unit text not null,
  sale_price numeric,
  price_includes_tax boolean not null,
  purchase_price numeric,
  currency_code text not null,
  income_account_id uuid,
  expense_account_id uuid,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint items_pkey primary key (org_id, id),
  constraint items_kind_known check (kind in ('PRODUCT', 'SERVICE')),
  constraint items_income_account_exists foreign key (org_id, income_account_id) references finance.accounts (org_id, id),
  constraint items_expense_account_exists foreign key (org_id, expense_account_id) references finance.accounts (org_id, id)
);
comment on table finance.items is 'Products and services that are sold or bought. Documents copy their texts and prices.';
create unique index items_code_taken on finance.items (org_id, code_key) where code_key <> '';
create unique index items_external_id_taken on finance.items (org_id, external_id) where external_id is not null;
create index items_by_display_name on finance.items (org_id, display_name, id);
create index items_by_code on finance.items (org_id, code, id);
create index items_by_income_account on finance.items (org_id, income_account_id) where income_account_id is not null;
create index items_by_expense_account on finance.items (org_id, expense_account_id) where expense_account_id is not null;
select platform.tenant_table('finance.items', 'select, insert, update, delete');

-- +goose Down
drop table finance.items;
drop table finance.payment_terms;
