-- +goose Up
-- The hash chain that reveals tampering with posted entries.

create table finance.journal_seals (
  org_id uuid not null,
  id uuid not null,
  create_time timestamptz not null,
  number bigint not null,
  journal_entry_id uuid not null,
  hash bytea not null,
  position bigint not null,
  seq bigint not null,
  constraint journal_seals_pkey primary key (org_id, id),
  constraint journal_seals_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id)
);
comment on table finance.journal_seals is 'Hashes of posted entries, each over the one before it, in the order of their positions. Append-only.';
create unique index journal_seals_by_number on finance.journal_seals (org_id, number);
create unique index journal_seals_by_journal_entry on finance.journal_seals (org_id, journal_entry_id);
select platform.tenant_table('finance.journal_seals', 'select, insert');

-- +goose Down
drop table finance.journal_seals;
