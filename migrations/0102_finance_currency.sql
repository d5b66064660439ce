-- +goose Up
-- Exchange rates, and revaluations of foreign balances.

create table finance.exchange_rates (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  date date not null,
  from_currency_code text not null,
  to_currency_code text not null,
  rate numeric not null,
  source text not null,
  constraint exchange_rates_pkey primary key (org_id, id)
);
comment on table finance.exchange_rates is 'Prices of currencies in one another, by day.';
create unique index exchange_rates_date_taken on finance.exchange_rates (org_id, date, from_currency_code, to_currency_code);
create index exchange_rates_by_date on finance.exchange_rates (org_id, date, id);
select platform.tenant_table('finance.exchange_rates', 'select, insert, update, delete');

create table finance.currency_revaluations (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  date date not null,
  state text not null,
  journal_entry_id uuid,
  reversal_entry_id uuid,
  gain_currency text,
  gain_minor bigint,
  valuations jsonb,
  constraint currency_revaluations_pkey primary key (org_id, id),
  constraint currency_revaluations_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint currency_revaluations_reversal_entry_exists foreign key (org_id, reversal_entry_id) references finance.journal_entries (org_id, id),
  constraint currency_revaluations_state_known check (state in ('POSTED', 'UNDONE'))
);
comment on table finance.currency_revaluations is 'Valuations of what is owned and owed in foreign currencies at the rates of a day.';
create unique index currency_revalued on finance.currency_revaluations (org_id, date) where state = 'POSTED';
create index currency_revaluations_by_date on finance.currency_revaluations (org_id, date, id);
select platform.tenant_table('finance.currency_revaluations', 'select, insert, update');

-- +goose Down
drop table finance.currency_revaluations, finance.exchange_rates;
