-- +goose Up
-- Pairs of keys and texts for integrations, the identifier of a record in another system, and the
-- values of custom fields.

alter table finance.accounts add column metadata jsonb;
alter table finance.accounts add column external_id text;
alter table finance.accounts add column custom_fields jsonb;
create unique index accounts_external_id_taken on finance.accounts (org_id, external_id) where external_id is not null;

alter table finance.bank_accounts add column metadata jsonb;
alter table finance.bank_accounts add column external_id text;
alter table finance.bank_accounts add column custom_fields jsonb;
create unique index bank_accounts_external_id_taken on finance.bank_accounts (org_id, external_id) where external_id is not null;

alter table finance.bank_matches add column metadata jsonb;
alter table finance.bank_matches add column external_id text;
alter table finance.bank_matches add column custom_fields jsonb;
create unique index bank_matches_external_id_taken on finance.bank_matches (org_id, external_id) where external_id is not null;

alter table finance.bank_rules add column metadata jsonb;
alter table finance.bank_rules add column external_id text;
alter table finance.bank_rules add column custom_fields jsonb;
create unique index bank_rules_external_id_taken on finance.bank_rules (org_id, external_id) where external_id is not null;

alter table finance.bank_statement_lines add column metadata jsonb;
alter table finance.bank_statement_lines add column external_id text;
alter table finance.bank_statement_lines add column custom_fields jsonb;
create unique index bank_statement_lines_external_id_taken on finance.bank_statement_lines (org_id, external_id) where external_id is not null;

alter table finance.bank_transfers add column metadata jsonb;
alter table finance.bank_transfers add column external_id text;
alter table finance.bank_transfers add column custom_fields jsonb;
create unique index bank_transfers_external_id_taken on finance.bank_transfers (org_id, external_id) where external_id is not null;

alter table finance.bookkeeping_schedules add column metadata jsonb;
alter table finance.bookkeeping_schedules add column external_id text;
alter table finance.bookkeeping_schedules add column custom_fields jsonb;
create unique index bookkeeping_schedules_external_id_taken on finance.bookkeeping_schedules (org_id, external_id) where external_id is not null;

alter table finance.csv_profiles add column metadata jsonb;
alter table finance.csv_profiles add column external_id text;
alter table finance.csv_profiles add column custom_fields jsonb;
create unique index csv_profiles_external_id_taken on finance.csv_profiles (org_id, external_id) where external_id is not null;

alter table finance.currency_revaluations add column metadata jsonb;
alter table finance.currency_revaluations add column external_id text;
alter table finance.currency_revaluations add column custom_fields jsonb;
create unique index currency_revaluations_external_id_taken on finance.currency_revaluations (org_id, external_id) where external_id is not null;

alter table finance.dimensions add column metadata jsonb;
alter table finance.dimensions add column external_id text;
alter table finance.dimensions add column custom_fields jsonb;
create unique index dimensions_external_id_taken on finance.dimensions (org_id, external_id) where external_id is not null;

alter table finance.dimension_values add column metadata jsonb;
alter table finance.dimension_values add column external_id text;
alter table finance.dimension_values add column custom_fields jsonb;
create unique index dimension_values_external_id_taken on finance.dimension_values (org_id, external_id) where external_id is not null;

alter table finance.exchange_rates add column metadata jsonb;
alter table finance.exchange_rates add column external_id text;
alter table finance.exchange_rates add column custom_fields jsonb;
create unique index exchange_rates_external_id_taken on finance.exchange_rates (org_id, external_id) where external_id is not null;

alter table finance.fiscal_years add column metadata jsonb;
alter table finance.fiscal_years add column external_id text;
alter table finance.fiscal_years add column custom_fields jsonb;
create unique index fiscal_years_external_id_taken on finance.fiscal_years (org_id, external_id) where external_id is not null;

alter table finance.journal_entries add column metadata jsonb;
alter table finance.journal_entries add column external_id text;
alter table finance.journal_entries add column custom_fields jsonb;
create unique index journal_entries_external_id_taken on finance.journal_entries (org_id, external_id) where external_id is not null;

alter table finance.private_expenses add column metadata jsonb;
alter table finance.private_expenses add column external_id text;
alter table finance.private_expenses add column custom_fields jsonb;
create unique index private_expenses_external_id_taken on finance.private_expenses (org_id, external_id) where external_id is not null;

alter table finance.reconciliations add column metadata jsonb;
alter table finance.reconciliations add column external_id text;
alter table finance.reconciliations add column custom_fields jsonb;
create unique index reconciliations_external_id_taken on finance.reconciliations (org_id, external_id) where external_id is not null;

alter table finance.statement_imports add column metadata jsonb;
alter table finance.statement_imports add column external_id text;
alter table finance.statement_imports add column custom_fields jsonb;
create unique index statement_imports_external_id_taken on finance.statement_imports (org_id, external_id) where external_id is not null;

alter table finance.vendors add column metadata jsonb;
alter table finance.vendors add column external_id text;
alter table finance.vendors add column custom_fields jsonb;
create unique index vendors_external_id_taken on finance.vendors (org_id, external_id) where external_id is not null;

-- The notes and these fields of a posted entry can change.
drop trigger keep_posted_entry on finance.journal_entries;
create trigger keep_posted_entry
before update on finance.journal_entries
for each row
when (
  old.state = 'POSTED'
  and (
    old.reversed_by_id is not null and new.reversed_by_id is distinct from old.reversed_by_id
    or new.reversed_by_id is not distinct from old.reversed_by_id and (new.notes, new.metadata, new.external_id, new.custom_fields)
      is not distinct from (old.notes, old.metadata, old.external_id, old.custom_fields)
    or to_jsonb(old) - '{version,update_time,reversed_by_id,notes,metadata,external_id,custom_fields,changed_since_posting}'::text[]
      is distinct from to_jsonb(new) - '{version,update_time,reversed_by_id,notes,metadata,external_id,custom_fields,changed_since_posting}'::text[]
  )
)
execute function platform.refuse_change('journal_entry_posted', 'a posted entry is immutable');

-- A comment or the like locks the record that it is on, which needs the right to update a column.
-- Row-level security keeps org_id as it is, so that the rows still cannot be changed.
grant update (org_id) on finance.bank_statements to backoffice_app;

-- +goose Down
revoke update (org_id) on finance.bank_statements from backoffice_app;
drop trigger keep_posted_entry on finance.journal_entries;
create trigger keep_posted_entry
before update on finance.journal_entries
for each row
when (
  old.state = 'POSTED'
  and (
    old.reversed_by_id is not null and new.reversed_by_id is distinct from old.reversed_by_id
    or new.reversed_by_id is not distinct from old.reversed_by_id and new.notes = old.notes
    or to_jsonb(old) - '{version,update_time,reversed_by_id,notes,changed_since_posting}'::text[]
      is distinct from to_jsonb(new) - '{version,update_time,reversed_by_id,notes,changed_since_posting}'::text[]
  )
)
execute function platform.refuse_change('journal_entry_posted', 'a posted entry is immutable');
drop index finance.vendors_external_id_taken;
alter table finance.vendors drop column custom_fields;
alter table finance.vendors drop column external_id;
alter table finance.vendors drop column metadata;
drop index finance.statement_imports_external_id_taken;
alter table finance.statement_imports drop column custom_fields;
alter table finance.statement_imports drop column external_id;
alter table finance.statement_imports drop column metadata;
drop index finance.reconciliations_external_id_taken;
alter table finance.reconciliations drop column custom_fields;
alter table finance.reconciliations drop column external_id;
alter table finance.reconciliations drop column metadata;
drop index finance.private_expenses_external_id_taken;
alter table finance.private_expenses drop column custom_fields;
alter table finance.private_expenses drop column external_id;
alter table finance.private_expenses drop column metadata;
drop index finance.journal_entries_external_id_taken;
alter table finance.journal_entries drop column custom_fields;
alter table finance.journal_entries drop column external_id;
alter table finance.journal_entries drop column metadata;
drop index finance.fiscal_years_external_id_taken;
alter table finance.fiscal_years drop column custom_fields;
alter table finance.fiscal_years drop column external_id;
alter table finance.fiscal_years drop column metadata;
drop index finance.exchange_rates_external_id_taken;
alter table finance.exchange_rates drop column custom_fields;
alter table finance.exchange_rates drop column external_id;
alter table finance.exchange_rates drop column metadata;
drop index finance.dimension_values_external_id_taken;
alter table finance.dimension_values drop column custom_fields;
alter table finance.dimension_values drop column external_id;
alter table finance.dimension_values drop column metadata;
drop index finance.dimensions_external_id_taken;
alter table finance.dimensions drop column custom_fields;
alter table finance.dimensions drop column external_id;
alter table finance.dimensions drop column metadata;
drop index finance.currency_revaluations_external_id_taken;
alter table finance.currency_revaluations drop column custom_fields;
alter table finance.currency_revaluations drop column external_id;
alter table finance.currency_revaluations drop column metadata;
drop index finance.csv_profiles_external_id_taken;
alter table finance.csv_profiles drop column custom_fields;
alter table finance.csv_profiles drop column external_id;
alter table finance.csv_profiles drop column metadata;
drop index finance.bookkeeping_schedules_external_id_taken;
alter table finance.bookkeeping_schedules drop column custom_fields;
alter table finance.bookkeeping_schedules drop column external_id;
alter table finance.bookkeeping_schedules drop column metadata;
drop index finance.bank_transfers_external_id_taken;
alter table finance.bank_transfers drop column custom_fields;
alter table finance.bank_transfers drop column external_id;
alter table finance.bank_transfers drop column metadata;
drop index finance.bank_statement_lines_external_id_taken;
alter table finance.bank_statement_lines drop column custom_fields;
alter table finance.bank_statement_lines drop column external_id;
alter table finance.bank_statement_lines drop column metadata;
drop index finance.bank_rules_external_id_taken;
alter table finance.bank_rules drop column custom_fields;
alter table finance.bank_rules drop column external_id;
alter table finance.bank_rules drop column metadata;
drop index finance.bank_matches_external_id_taken;
alter table finance.bank_matches drop column custom_fields;
alter table finance.bank_matches drop column external_id;
alter table finance.bank_matches drop column metadata;
drop index finance.bank_accounts_external_id_taken;
alter table finance.bank_accounts drop column custom_fields;
alter table finance.bank_accounts drop column external_id;
alter table finance.bank_accounts drop column metadata;
drop index finance.accounts_external_id_taken;
alter table finance.accounts drop column custom_fields;
alter table finance.accounts drop column external_id;
alter table finance.accounts drop column metadata;
