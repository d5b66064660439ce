-- +goose Up
-- Vendors that the organization buys from.

create table finance.vendors (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  email text not null,
  phone text not null,
  website text not null,
  reference text not null,
  payment_days integer not null,
  expense_account_id uuid,
  credit_limit_currency text,
  credit_limit_minor bigint,
  note text not null,
  constraint vendors_pkey primary key (org_id, id),
  constraint vendors_expense_account_exists foreign key (org_id, expense_account_id) references finance.accounts (org_id, id)
);
comment on table finance.vendors is 'Whom the organization buys from.';
create unique index vendors_name_taken on finance.vendors (org_id, display_name_key);
create index vendors_by_display_name on finance.vendors (org_id, display_name, id);
create index vendors_by_expense_account on finance.vendors (org_id, expense_account_id) where expense_account_id is not null;
select platform.tenant_table('finance.vendors', 'select, insert, update, delete');

-- +goose Down
drop table finance.vendors;
