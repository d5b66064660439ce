-- +goose Up
-- Separation of personal and business spending.

-- The normalized name of the payer or payee, by which earlier decisions are looked up.
alter table finance.bank_statement_lines
add column payee_key text not null generated always as (lower(case when counterparty_name <> '' then counterparty_name else description end)) stored;
create index bank_statement_lines_by_payee on finance.bank_statement_lines (org_id, payee_key, state);

create table finance.private_expenses (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  date date not null,
  description text not null,
  payer text not null,
  person_id uuid,
  splits jsonb,
  total_amount_currency text not null,
  total_amount_minor bigint not null,
  account_id uuid not null,
  exchange_rate numeric,
  private_amount_currency text not null,
  private_amount_minor bigint not null,
  state text not null,
  journal_entry_id uuid not null,
  constraint private_expenses_pkey primary key (org_id, id),
  constraint private_expenses_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id),
  constraint private_expenses_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id),
  constraint private_expenses_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint private_expenses_state_known check (state in ('POSTED', 'UNDONE')),
  constraint private_expenses_payer_known check (payer in ('OWNER', 'STAFF'))
);
comment on table finance.private_expenses is 'Business expenses that the owner or staff paid with their own money.';
create index private_expenses_by_date on finance.private_expenses (org_id, date, id);
create index private_expenses_by_person on finance.private_expenses (org_id, person_id) where person_id is not null;
create index private_expenses_by_account on finance.private_expenses (org_id, account_id);
create index private_expenses_by_journal_entry on finance.private_expenses (org_id, journal_entry_id);
select platform.tenant_table('finance.private_expenses', 'select, insert, update');

-- +goose Down
drop table finance.private_expenses;
alter table finance.bank_statement_lines drop column payee_key;
