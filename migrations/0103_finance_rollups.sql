-- +goose Up
-- Sums of the journal by month and by day, computed after the postings.

create table finance.rollup_watermarks (
  org_id uuid not null,
  position bigint not null,
  seq bigint not null,
  constraint rollup_watermarks_pkey primary key (org_id)
);
comment on table finance.rollup_watermarks is 'How far the rollups have come: lines up to it, by position and sequence, are in them, and lines after it are not.';
select platform.tenant_table('finance.rollup_watermarks', 'select, insert, update');

create table finance.balance_rollups (
  org_id uuid not null,
  grain text not null,
  start_date date not null,
  account_id uuid not null,
  amount_currency text not null,
  dimension_value_ids uuid[] not null,
  closing boolean not null,
  amount_minor bigint not null,
  base_amount_minor bigint not null,
  line_count bigint not null,
  constraint balance_rollups_pkey primary key (org_id, grain, start_date, account_id, amount_currency, closing, dimension_value_ids),
  constraint balance_rollups_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id),
  constraint balance_rollups_grain_known check (grain in ('MONTH', 'DAY'))
);
comment on table finance.balance_rollups is 'What was posted to an account in a month, and on a day, by currency, dimension values and whether it closes a year. Posting writes none of it.';
create index balance_rollups_by_account on finance.balance_rollups (org_id, account_id);
select platform.tenant_table('finance.balance_rollups', 'select, insert, update, delete');

-- +goose Down
drop table finance.balance_rollups, finance.rollup_watermarks;
