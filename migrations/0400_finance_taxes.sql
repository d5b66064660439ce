-- +goose Up
-- Tax agencies, tax rates with their components, and tax codes.

create table finance.tax_agencies (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  region_code text not null,
  account_id uuid not null,
  filing_basis text not null,
  filing_period_months integer not null,
  tax_number text not null,
  template_key text not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint tax_agencies_pkey primary key (org_id, id),
  constraint tax_agencies_filing_basis_known check (filing_basis in ('ACCRUAL', 'CASH')),
  constraint tax_agencies_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id)
);
comment on table finance.tax_agencies is 'Authorities to which the organization reports and pays taxes.';
create unique index tax_agencies_name_taken on finance.tax_agencies (org_id, display_name_key);
create unique index tax_agencies_external_id_taken on finance.tax_agencies (org_id, external_id) where external_id is not null;
create index tax_agencies_by_display_name on finance.tax_agencies (org_id, display_name, id);
create index tax_agencies_by_account on finance.tax_agencies (org_id, account_id);
select platform.tenant_table('finance.tax_agencies', 'select, insert, update, delete');

create table finance.tax_rates (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  kind text not null,
  description text not null,
  template_key text not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint tax_rates_pkey primary key (org_id, id),
  constraint tax_rates_kind_known check (kind in ('STANDARD', 'REDUCED', 'ZERO', 'EXEMPT', 'REVERSE_CHARGE', 'WITHHOLDING'))
);
comment on table finance.tax_rates is 'Taxes that are charged together.';
create unique index tax_rates_name_taken on finance.tax_rates (org_id, display_name_key);
create unique index tax_rates_external_id_taken on finance.tax_rates (org_id, external_id) where external_id is not null;
create index tax_rates_by_display_name on finance.tax_rates (org_id, display_name, id);
select platform.tenant_table('finance.tax_rates', 'select, insert, update, delete');

-- The amounts of documents refer to components.
create table finance.tax_rate_components (
  org_id uuid not null,
  id uuid not null,
  tax_rate_id uuid not null,
  line_number integer not null,
  display_name text not null,
  tax_agency_id uuid not null,
  account_id uuid,
  effect text not null,
  compound boolean not null,
  recoverable_percent text not null,
  spans jsonb,
  constraint tax_rate_components_pkey primary key (org_id, id),
  constraint tax_rate_components_effect_known check (effect in ('CHARGED', 'REVERSE_CHARGED', 'WITHHELD')),
  constraint tax_rate_components_tax_rate_exists foreign key (org_id, tax_rate_id) references finance.tax_rates (org_id, id) on delete cascade,
  constraint tax_rate_components_tax_agency_exists foreign key (org_id, tax_agency_id) references finance.tax_agencies (org_id, id),
  constraint tax_rate_components_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id)
);
comment on table finance.tax_rate_components is 'The taxes of tax rates, with their percentages over time.';
create index tax_rate_components_by_tax_rate on finance.tax_rate_components (org_id, tax_rate_id, line_number);
create index tax_rate_components_by_tax_agency on finance.tax_rate_components (org_id, tax_agency_id);
create index tax_rate_components_by_account on finance.tax_rate_components (org_id, account_id) where account_id is not null;
select platform.tenant_table('finance.tax_rate_components', 'select, insert, update, delete');

create table finance.tax_codes (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  code text not null,
  code_key text not null generated always as (lower(code)) stored,
  display_name text not null,
  use text not null,
  sales_tax_rate_id uuid,
  purchase_tax_rate_id uuid,
  region_code text not null,
  subdivision_code text not null,
  category text not null,
  legal_note text not null,
  postal_codes text[] not null,
  template_key text not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint tax_codes_pkey primary key (org_id, id),
  constraint tax_codes_use_known check (use in ('SALES', 'PURCHASES', 'BOTH')),
  constraint tax_codes_category_known check (category in ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
  constraint tax_codes_sales_tax_rate_exists foreign key (org_id, sales_tax_rate_id) references finance.tax_rates (org_id, id),
  constraint tax_codes_purchase_tax_rate_exists foreign key (org_id, purchase_tax_rate_id) references finance.tax_rates (org_id, id)
);
comment on table finance.tax_codes is 'What lines of documents name to be taxed.';
create unique index tax_codes_code_taken on finance.tax_codes (org_id, code_key);
create unique index tax_codes_external_id_taken on finance.tax_codes (org_id, external_id) where external_id is not null;
create index tax_codes_by_code on finance.tax_codes (org_id, code, id);
create index tax_codes_by_place on finance.tax_codes (org_id, region_code, subdivision_code);
create index tax_codes_by_sales_tax_rate on finance.tax_codes (org_id, sales_tax_rate_id) where sales_tax_rate_id is not null;
create index tax_codes_by_purchase_tax_rate on finance.tax_codes (org_id, purchase_tax_rate_id) where purchase_tax_rate_id is not null;
select platform.tenant_table('finance.tax_codes', 'select, insert, update, delete');

-- +goose Down
drop table finance.tax_codes;
drop table finance.tax_rate_components;
drop table finance.tax_rates;
drop table finance.tax_agencies;
