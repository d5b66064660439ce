-- +goose Up
-- Deposit requests, the taxes of their payments, and what invoices apply of them.

create table finance.deposit_requests (
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
  currency_code text not null,
  price_mode text not null,
  tax_rounding text not null,
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
  taxes jsonb,
  void_date date,
  void_reason text not null,
  issue_time timestamptz,
  constraint deposit_requests_pkey primary key (org_id, id),
  constraint deposit_requests_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint deposit_requests_state_known check (state in ('DRAFT', 'ISSUED', 'VOID')),
  constraint deposit_requests_price_mode_known check (price_mode in ('EXCLUSIVE', 'INCLUSIVE', 'NO_TAX')),
  constraint deposit_requests_tax_rounding_known check (tax_rounding in ('PER_LINE', 'PER_DOCUMENT_RATE')),
  constraint deposit_requests_numbered check ((state = 'DRAFT') = (number = ''))
);
comment on table finance.deposit_requests is 'Requests for payments in advance. They are not on the books; payments name them.';
create index deposit_requests_by_customer on finance.deposit_requests (org_id, customer_id);
create index deposit_requests_by_number on finance.deposit_requests (org_id, number, id);
create index deposit_requests_by_issue_date on finance.deposit_requests (org_id, issue_date, id);
create index deposit_requests_by_due_date on finance.deposit_requests (org_id, due_date, id);
create unique index deposit_requests_external_id_taken on finance.deposit_requests (org_id, external_id) where external_id is not null;
select platform.tenant_table('finance.deposit_requests', 'select, insert, update, delete');

create table finance.deposit_request_lines (
  org_id uuid not null,
  id uuid not null,
  deposit_request_id uuid not null,
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
  constraint deposit_request_lines_pkey primary key (org_id, id),
  constraint deposit_request_lines_deposit_request_exists foreign key (org_id, deposit_request_id)
    references finance.deposit_requests (org_id, id) on delete cascade,
  constraint deposit_request_lines_item_exists foreign key (org_id, item_id) references finance.items (org_id, id),
  constraint deposit_request_lines_tax_code_exists foreign key (org_id, tax_code_id) references finance.tax_codes (org_id, id),
  constraint deposit_request_lines_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id)
);
comment on table finance.deposit_request_lines is 'What deposits are for.';
create index deposit_request_lines_by_deposit_request on finance.deposit_request_lines (org_id, deposit_request_id, line_number);
create index deposit_request_lines_by_item on finance.deposit_request_lines (org_id, item_id) where item_id is not null;
create index deposit_request_lines_by_tax_code on finance.deposit_request_lines (org_id, tax_code_id) where tax_code_id is not null;
create index deposit_request_lines_by_account on finance.deposit_request_lines (org_id, account_id);
select platform.tenant_table('finance.deposit_request_lines', 'select, insert, update, delete');

alter table finance.payments add column deposit_request_id uuid;
alter table finance.payments add constraint payments_deposit_request_exists
  foreign key (org_id, deposit_request_id) references finance.deposit_requests (org_id, id);
create index payments_by_deposit_request on finance.payments (org_id, deposit_request_id) where deposit_request_id is not null;
alter table finance.customer_credits add column deposit_request_id uuid;
alter table finance.customer_credits add constraint customer_credits_deposit_request_exists
  foreign key (org_id, deposit_request_id) references finance.deposit_requests (org_id, id);
create index customer_credits_by_deposit_request on finance.customer_credits (org_id, deposit_request_id)
  where deposit_request_id is not null;
alter table finance.customer_credits add column deposit_request_number text not null default '';
alter table finance.customer_credits alter column deposit_request_number drop default;
alter table finance.customer_credits add column taxes jsonb;
alter table finance.customer_credits add column open_taxes jsonb;
alter table finance.allocations add column released_taxes jsonb;
alter table finance.refunds add column released_taxes jsonb;

create table finance.invoice_deposits (
  org_id uuid not null,
  invoice_id uuid not null,
  line_number integer not null,
  customer_credit_id uuid not null,
  amount_currency text,
  amount_minor bigint,
  number text not null,
  date date,
  tax_amount_currency text,
  tax_amount_minor bigint,
  constraint invoice_deposits_pkey primary key (org_id, invoice_id, line_number),
  constraint invoice_deposits_invoice_exists foreign key (org_id, invoice_id)
    references finance.invoices (org_id, id) on delete cascade,
  constraint invoice_deposits_customer_credit_exists foreign key (org_id, customer_credit_id)
    references finance.customer_credits (org_id, id)
);
comment on table finance.invoice_deposits is 'Credits that invoices apply when they are issued.';
create index invoice_deposits_by_customer_credit on finance.invoice_deposits (org_id, customer_credit_id);
select platform.tenant_table('finance.invoice_deposits', 'select, insert, update, delete');

insert into finance.account_roles (org_id, id, version, create_time, update_time, role)
select id, gen_random_uuid(), 1, now(), now(), 'TAX_ON_DEPOSITS'
from platform.organizations;

-- +goose Down
delete from finance.account_roles
where role = 'TAX_ON_DEPOSITS';
drop table finance.invoice_deposits;
alter table finance.refunds drop column released_taxes;
alter table finance.allocations drop column released_taxes;
alter table finance.customer_credits drop column open_taxes;
alter table finance.customer_credits drop column taxes;
alter table finance.customer_credits drop column deposit_request_number;
alter table finance.customer_credits drop column deposit_request_id;
alter table finance.payments drop column deposit_request_id;
drop table finance.deposit_request_lines, finance.deposit_requests;
