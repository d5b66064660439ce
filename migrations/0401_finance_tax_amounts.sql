-- +goose Up
-- The tax register: one row for each tax of each posted document, by tax code and component.

create table finance.tax_amounts (
  org_id uuid not null,
  id uuid not null,
  date date not null,
  use text not null,
  cause text not null,
  tax_code_id uuid not null,
  tax_rate_id uuid,
  component_id uuid,
  tax_agency_id uuid,
  account_id uuid,
  tax_name text not null,
  effect text not null,
  percent text not null,
  category text not null,
  document_id text not null,
  document_number text not null,
  contact_id text not null,
  currency text not null,
  taxable_minor bigint not null,
  tax_minor bigint not null,
  base_taxable_minor bigint not null,
  base_tax_minor bigint not null,
  base_recoverable_minor bigint not null,
  item_side text,
  item_id uuid,
  item_total_minor bigint,
  journal_entry_id uuid,
  create_time timestamptz not null,
  constraint tax_amounts_pkey primary key (org_id, id),
  constraint tax_amounts_use_known check (use in ('SALES', 'PURCHASES')),
  constraint tax_amounts_cause_known check (cause in ('DOCUMENT', 'REDUCTION', 'DEPOSIT', 'DEPOSIT_USE', 'REVERSAL')),
  constraint tax_amounts_effect_known check (effect in ('CHARGED', 'REVERSE_CHARGED', 'WITHHELD')),
  constraint tax_amounts_category_known check (category in ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
  -- Only the taxes of documents count on the cash basis as their open amount is settled.
  constraint tax_amounts_item_whole check (
    num_nulls(item_side, item_id, item_total_minor) in (0, 3) and (item_id is null or cause = 'DOCUMENT')
  ),
  constraint tax_amounts_item_not_zero check (item_total_minor <> 0),
  constraint tax_amounts_tax_code_exists foreign key (org_id, tax_code_id) references finance.tax_codes (org_id, id),
  constraint tax_amounts_tax_agency_exists foreign key (org_id, tax_agency_id) references finance.tax_agencies (org_id, id),
  constraint tax_amounts_journal_entry_exists foreign key (org_id, journal_entry_id)
    references finance.journal_entries (org_id, id)
);
comment on table finance.tax_amounts is 'Taxes of posted documents with the amounts on which they are computed. Rows are only added.';
create index tax_amounts_by_date on finance.tax_amounts (org_id, date, id);
create index tax_amounts_by_tax_agency on finance.tax_amounts (org_id, tax_agency_id, date, id);
create index tax_amounts_by_tax_code on finance.tax_amounts (org_id, tax_code_id, date, id);
create index tax_amounts_by_document on finance.tax_amounts (org_id, document_id);
create index tax_amounts_by_contact on finance.tax_amounts (org_id, contact_id, date);
create index tax_amounts_by_item on finance.tax_amounts (org_id, item_id) where item_id is not null;
-- The contact changes when customers are merged.
select platform.tenant_table('finance.tax_amounts', 'select, insert, update');

-- +goose Down
drop table finance.tax_amounts;
