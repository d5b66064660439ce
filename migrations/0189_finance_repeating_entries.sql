-- +goose Up
-- Journal entries that repeat.

create table finance.repeating_entries (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  mode text not null,
  recurrence jsonb not null,
  description text not null,
  reference text not null,
  currency_code text not null,
  lines jsonb,
  last_date date,
  created_count integer not null,
  skips jsonb,
  skipped_count integer not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint repeating_entries_pkey primary key (org_id, id),
  constraint repeating_entries_mode_known check (mode in ('DRAFT', 'POST'))
);
comment on table finance.repeating_entries is 'Templates of journal entries that are created on each day of a recurrence. The schedule of a row has the same UUID.';
create unique index repeating_entries_external_id_taken on finance.repeating_entries (org_id, external_id) where external_id is not null;
select platform.tenant_table('finance.repeating_entries', 'select, insert, update, delete');

-- +goose Down
drop table finance.repeating_entries;
