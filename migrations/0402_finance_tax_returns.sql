-- +goose Up
-- Tax returns by agency and period.

create table finance.tax_returns (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  tax_agency_id uuid not null,
  start_date date not null,
  end_date date not null,
  basis text not null,
  form text not null,
  state text not null,
  boxes jsonb,
  net_tax_minor bigint not null,
  open_amount_minor bigint not null,
  known_time timestamptz,
  adjusted_start_date date,
  adjusted_end_date date,
  adjusted_since_time timestamptz,
  adjusted_basis text not null,
  file_date date,
  file_reference text not null,
  payments jsonb,
  note text not null,
  constraint tax_returns_pkey primary key (org_id, id),
  constraint tax_returns_basis_known check (basis in ('ACCRUAL', 'CASH')),
  constraint tax_returns_adjusted_basis_known check (adjusted_basis in ('', 'ACCRUAL', 'CASH')),
  constraint tax_returns_form_known check (form in ('NET_TAX', 'GB_VAT')),
  constraint tax_returns_state_known check (state in ('DRAFT', 'LOCKED', 'FILED')),
  constraint tax_returns_tax_agency_exists foreign key (org_id, tax_agency_id) references finance.tax_agencies (org_id, id),
  constraint tax_returns_overlap exclude using gist (
    org_id with =,
    tax_agency_id with =,
    daterange(start_date, end_date, '[]') with &&
  )
);
comment on table finance.tax_returns is 'What the organization reports to tax agencies, by period. The periods of an agency do not overlap.';
create index tax_returns_by_tax_agency on finance.tax_returns (org_id, tax_agency_id, end_date);
create index tax_returns_by_start_date on finance.tax_returns (org_id, start_date, id);
create index tax_returns_by_end_date on finance.tax_returns (org_id, end_date, id);
create unique index tax_returns_external_id_taken on finance.tax_returns (org_id, external_id) where external_id is not null;
select platform.tenant_table('finance.tax_returns', 'select, insert, update, delete');

-- +goose Down
drop table finance.tax_returns;
