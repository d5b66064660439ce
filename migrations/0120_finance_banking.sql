-- +goose Up
-- Bank accounts and the statement lines that banks report.

create table finance.bank_accounts (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  kind text not null,
  currency_code text not null,
  ledger_account_id uuid not null,
  bank_code text not null,
  account_number text not null,
  constraint bank_accounts_pkey primary key (org_id, id),
  constraint bank_accounts_ledger_account_exists foreign key (org_id, ledger_account_id) references finance.accounts (org_id, id),
  constraint bank_accounts_ledger_account_taken unique (org_id, ledger_account_id)
);
comment on table finance.bank_accounts is 'Business accounts at banks and card issuers, each with the ledger account that holds its money.';
create index bank_accounts_by_display_name on finance.bank_accounts (org_id, display_name, id);
select platform.tenant_table('finance.bank_accounts', 'select, insert, update, delete');

create table finance.csv_profiles (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  delimiter text not null,
  charset text not null,
  skip_row_count integer not null,
  headerless boolean not null,
  date_order text not null,
  decimal_mark text not null,
  money_out_positive boolean not null,
  date_column text not null,
  amount_column text not null,
  debit_column text not null,
  credit_column text not null,
  description_columns text[] not null,
  counterparty_column text not null,
  reference_column text not null,
  balance_column text not null,
  currency_column text not null,
  constraint csv_profiles_pkey primary key (org_id, id)
);
comment on table finance.csv_profiles is 'How banks write their CSV statements.';
create unique index csv_profiles_name_taken on finance.csv_profiles (org_id, display_name_key);
create index csv_profiles_by_display_name on finance.csv_profiles (org_id, display_name, id);
select platform.tenant_table('finance.csv_profiles', 'select, insert, update, delete');

create table finance.statement_imports (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  bank_account_id uuid not null,
  file_name text not null,
  format text not null,
  state text not null,
  row_count integer not null,
  new_count integer not null,
  duplicate_count integer not null,
  invalid_count integer not null,
  statements jsonb,
  warnings text[] not null,
  closing_balance_currency text,
  closing_balance_minor bigint,
  balance_date date,
  csv_profile_id uuid,
  constraint statement_imports_pkey primary key (org_id, id),
  constraint statement_imports_bank_account_exists foreign key (org_id, bank_account_id) references finance.bank_accounts (org_id, id),
  constraint statement_imports_csv_profile_exists foreign key (org_id, csv_profile_id) references finance.csv_profiles (org_id, id),
  constraint statement_imports_state_known check (state in ('IMPORTED', 'UNDONE'))
);
comment on table finance.statement_imports is 'Statement files brought in.';
create index statement_imports_by_csv_profile on finance.statement_imports (org_id, csv_profile_id) where csv_profile_id is not null;
create index statement_imports_by_bank_account on finance.statement_imports (org_id, bank_account_id, balance_date);
select platform.tenant_table('finance.statement_imports', 'select, insert, update');

create table finance.statement_files (
  org_id uuid not null,
  statement_import_id uuid not null,
  sha256 bytea not null,
  content bytea not null,
  constraint statement_files_pkey primary key (org_id, statement_import_id),
  constraint statement_files_statement_import_exists foreign key (org_id, statement_import_id) references finance.statement_imports (org_id, id)
);
comment on table finance.statement_files is 'The files as they came: evidence, kept also when an import is undone.';
select platform.tenant_table('finance.statement_files', 'select, insert');

create table finance.bank_statement_lines (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  bank_account_id uuid not null,
  statement_import_id uuid not null,
  booked_date date not null,
  amount_currency text not null,
  amount_minor bigint not null,
  description text not null,
  counterparty_name text not null,
  bank_reference text not null,
  check_number text not null,
  transaction_type text not null,
  deduplication_key text not null,
  state text not null,
  journal_entry_id uuid,
  splits jsonb,
  personal boolean not null,
  exclude_reason text not null,
  hold_reason text not null,
  bank_rule_id uuid,
  existing_entry boolean not null,
  constraint bank_statement_lines_pkey primary key (org_id, id),
  constraint bank_statement_lines_bank_account_exists foreign key (org_id, bank_account_id) references finance.bank_accounts (org_id, id),
  constraint bank_statement_lines_statement_import_exists foreign key (org_id, statement_import_id) references finance.statement_imports (org_id, id),
  constraint bank_statement_lines_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint bank_statement_lines_state_known check (state in ('UNMATCHED', 'MATCHED', 'EXCLUDED', 'HELD')),
  constraint bank_statement_lines_matched_by_an_entry check ((state = 'MATCHED') = (journal_entry_id is not null))
);
comment on table finance.bank_statement_lines is 'Movements as the bank reported them: evidence, of which only the decision about it changes.';
create unique index bank_statement_lines_by_deduplication_key on finance.bank_statement_lines (org_id, bank_account_id, deduplication_key);
create index bank_statement_lines_by_booked_date on finance.bank_statement_lines (org_id, booked_date, id);
create index bank_statement_lines_by_state on finance.bank_statement_lines (org_id, bank_account_id, state);
create index bank_statement_lines_by_statement_import on finance.bank_statement_lines (org_id, statement_import_id);
create unique index journal_entry_matched on finance.bank_statement_lines (org_id, journal_entry_id, bank_account_id) where journal_entry_id is not null;
create index bank_statement_lines_by_bank_rule on finance.bank_statement_lines (org_id, bank_rule_id) where bank_rule_id is not null;
select platform.tenant_table('finance.bank_statement_lines', 'select, insert, update, delete');

create table finance.statement_sightings (
  org_id uuid not null,
  statement_import_id uuid not null,
  bank_statement_line_id uuid not null,
  constraint statement_sightings_pkey primary key (org_id, bank_statement_line_id, statement_import_id),
  constraint statement_sightings_statement_import_exists foreign key (org_id, statement_import_id) references finance.statement_imports (org_id, id),
  constraint statement_sightings_bank_statement_line_exists foreign key (org_id, bank_statement_line_id) references finance.bank_statement_lines (org_id, id)
);
comment on table finance.statement_sightings is 'Lines that an import saw again, which another had brought.';
create index statement_sightings_by_statement_import on finance.statement_sightings (org_id, statement_import_id);
select platform.tenant_table('finance.statement_sightings', 'select, insert, delete');

create trigger keep_evidence
before update on finance.bank_statement_lines
for each row
when (
  (old.bank_account_id, old.statement_import_id, old.booked_date, old.amount_currency, old.amount_minor, old.description,
    old.counterparty_name, old.bank_reference, old.check_number, old.transaction_type, old.deduplication_key)
  is distinct from
  (new.bank_account_id, new.statement_import_id, new.booked_date, new.amount_currency, new.amount_minor, new.description,
    new.counterparty_name, new.bank_reference, new.check_number, new.transaction_type, new.deduplication_key)
)
execute function platform.refuse_change('bank_statement_lines_are_evidence', 'what the bank reported does not change');

-- +goose Down
drop table finance.statement_sightings, finance.bank_statement_lines, finance.statement_files, finance.statement_imports, finance.csv_profiles, finance.bank_accounts;
