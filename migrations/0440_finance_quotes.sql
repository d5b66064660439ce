-- +goose Up
-- Quotes, and the invoices made from them.

create table finance.quotes (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  number text not null,
  customer_id uuid,
  prospect jsonb,
  state text not null,
  quote_date date not null,
  expire_date date not null,
  payment_term_id uuid,
  currency_code text not null,
  price_mode text not null,
  tax_rounding text not null,
  discount_percent numeric,
  discount_amount_currency text,
  discount_amount_minor bigint,
  reference text not null,
  introduction text not null,
  closing_text text not null,
  note text not null,
  revision integer not null,
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
  send_time timestamptz,
  accept_date date,
  accepted_by text not null,
  accept_time timestamptz,
  accept_ip_address text not null,
  decline_date date,
  decline_reason text not null,
  constraint quotes_pkey primary key (org_id, id),
  constraint quotes_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint quotes_payment_term_exists foreign key (org_id, payment_term_id) references finance.payment_terms (org_id, id),
  constraint quotes_state_known check (state in ('DRAFT', 'SENT', 'ACCEPTED', 'DECLINED')),
  constraint quotes_price_mode_known check (price_mode in ('EXCLUSIVE', 'INCLUSIVE', 'NO_TAX')),
  constraint quotes_tax_rounding_known check (tax_rounding in ('PER_LINE', 'PER_DOCUMENT_RATE')),
  constraint quotes_numbered check (state = 'DRAFT' or number <> ''),
  constraint quotes_addressed check (customer_id is not null or prospect is not null)
);
comment on table finance.quotes is 'Offers to customers and prospects. An expired quote is a sent one whose expire_date has passed.';
create index quotes_by_customer on finance.quotes (org_id, customer_id) where customer_id is not null;
create index quotes_by_number on finance.quotes (org_id, number, id);
create index quotes_by_quote_date on finance.quotes (org_id, quote_date, id);
create index quotes_by_expire_date on finance.quotes (org_id, expire_date, id);
create index quotes_by_payment_term on finance.quotes (org_id, payment_term_id) where payment_term_id is not null;
create unique index quotes_external_id_taken on finance.quotes (org_id, external_id) where external_id is not null;
select platform.tenant_table('finance.quotes', 'select, insert, update, delete');

create table finance.quote_lines (
  org_id uuid not null,
  id uuid not null,
  quote_id uuid not null,
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
  constraint quote_lines_pkey primary key (org_id, id),
  constraint quote_lines_quote_exists foreign key (org_id, quote_id) references finance.quotes (org_id, id) on delete cascade,
  constraint quote_lines_item_exists foreign key (org_id, item_id) references finance.items (org_id, id),
  constraint quote_lines_tax_code_exists foreign key (org_id, tax_code_id) references finance.tax_codes (org_id, id),
  constraint quote_lines_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id)
);
comment on table finance.quote_lines is 'What quotes offer. Lines of invoices name them as their sources.';
create index quote_lines_by_quote on finance.quote_lines (org_id, quote_id, line_number);
create index quote_lines_by_item on finance.quote_lines (org_id, item_id) where item_id is not null;
create index quote_lines_by_tax_code on finance.quote_lines (org_id, tax_code_id) where tax_code_id is not null;
create index quote_lines_by_account on finance.quote_lines (org_id, account_id);
select platform.tenant_table('finance.quote_lines', 'select, insert, update, delete');

create table finance.quote_conversions (
  org_id uuid not null,
  quote_id uuid not null,
  line_number integer not null,
  invoice_id uuid not null,
  date date not null,
  constraint quote_conversions_pkey primary key (org_id, quote_id, line_number),
  constraint quote_conversions_quote_exists foreign key (org_id, quote_id) references finance.quotes (org_id, id) on delete cascade,
  constraint quote_conversions_invoice_exists foreign key (org_id, invoice_id)
    references finance.invoices (org_id, id) on delete cascade
);
comment on table finance.quote_conversions is 'Invoices made from quotes. Deleting a draft deletes its row.';
create index quote_conversions_by_invoice on finance.quote_conversions (org_id, invoice_id);
select platform.tenant_table('finance.quote_conversions', 'select, insert, update, delete');

-- +goose Down
drop table finance.quote_conversions, finance.quote_lines, finance.quotes;
