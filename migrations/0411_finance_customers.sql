-- +goose Up
-- Customers that the organization sells to.

create table finance.customers (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  legal_name text not null,
  contacts jsonb,
  recipient_emails text[] not null,
  cc_emails text[] not null,
  billing_address jsonb,
  shipping_address jsonb,
  tax_number text not null,
  exemption_reason text not null,
  exemption_certificate_number text not null,
  exemption_expire_date date,
  language_code text not null,
  currency_code text not null,
  payment_term_id uuid,
  credit_limit_currency text,
  credit_limit_minor bigint,
  credit_limit_policy text not null,
  group_key text not null,
  dunning_pause_end_date date,
  note text not null,
  responsible_id uuid,
  deputy_id uuid,
  merged_into_id uuid,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint customers_pkey primary key (org_id, id),
  constraint customers_payment_term_exists foreign key (org_id, payment_term_id) references finance.payment_terms (org_id, id),
  constraint customers_responsible_exists foreign key (org_id, responsible_id) references platform.persons (org_id, id),
  constraint customers_deputy_exists foreign key (org_id, deputy_id) references platform.persons (org_id, id),
  constraint customers_deputy_other_than_responsible check (deputy_id <> responsible_id),
  constraint customers_merged_into_exists foreign key (org_id, merged_into_id) references finance.customers (org_id, id),
  constraint customers_merged_into_other check (merged_into_id <> id),
  constraint customers_archived_once_merged check (merged_into_id is null or archive_time is not null),
  constraint customers_credit_limit_policy_known check (credit_limit_policy in ('WARN', 'REFUSE'))
);
comment on table finance.customers is 'Whom the organization sells to.';
create unique index customers_name_taken on finance.customers (org_id, display_name_key);
create unique index customers_external_id_taken on finance.customers (org_id, external_id) where external_id is not null;
create index customers_by_display_name on finance.customers (org_id, display_name, id);
create index customers_by_payment_term on finance.customers (org_id, payment_term_id) where payment_term_id is not null;
create index customers_by_group_key on finance.customers (org_id, group_key, id);
create index customers_by_responsible on finance.customers (org_id, responsible_id, id);
create index customers_by_deputy on finance.customers (org_id, deputy_id, id);
create index customers_by_merged_into on finance.customers (org_id, merged_into_id) where merged_into_id is not null;
select platform.tenant_table('finance.customers', 'select, insert, update, delete');

-- +goose Down
drop table finance.customers;
