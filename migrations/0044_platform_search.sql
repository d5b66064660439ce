-- +goose Up
-- The search index: the words of records of all kinds.

create table platform.search_records (
  org_id uuid not null,
  kind text not null,
  record_key uuid not null,
  owner_id uuid,
  words text[] collate "C" not null,
  index_time timestamptz not null,
  constraint search_records_pkey primary key (org_id, kind, record_key)
);
comment on table platform.search_records is 'Records in the search index, with the owner and the words that they had when they were indexed. kind is the prefix of their identifiers. A word of the title is stored a second time with = before it. index_time is real time.';
create index search_records_by_owner on platform.search_records (org_id, kind, owner_id, record_key) where owner_id is not null;
select platform.tenant_table('platform.search_records', 'select, insert, update, delete');

create table platform.search_words (
  org_id uuid not null,
  kind text not null,
  word text collate "C" not null,
  record_key uuid not null,
  constraint search_words_pkey primary key (org_id, kind, word, record_key)
);
comment on table platform.search_words is 'The words of search_records, one row each. Row-level security keeps a condition on an array or a text search vector from using an index; the comparison of texts may.';
select platform.tenant_table('platform.search_words', 'select, insert, delete');

create table platform.search_events (
  org_id uuid not null,
  event_id uuid not null,
  kind text not null,
  record_key uuid not null,
  constraint search_events_pkey primary key (org_id, event_id)
);
comment on table platform.search_events is 'Events about records that are to be indexed again.';
select platform.tenant_table('platform.search_events', 'select, delete');
grant insert on platform.search_events to backoffice_relay;
create policy relay on platform.search_events for insert to backoffice_relay with check (true);

create table platform.search_states (
  org_id uuid not null,
  fingerprint text not null,
  constraint search_states_pkey primary key (org_id)
);
comment on table platform.search_states is 'The fingerprint of all searchable fields for which the index of an organization is complete, empty while it is not. Who writes the index holds the row.';
create index search_states_by_fingerprint on platform.search_states (fingerprint, org_id);
select platform.tenant_table('platform.search_states', 'select, insert, update');
grant select on platform.search_states to backoffice_relay;
create policy relay on platform.search_states for select to backoffice_relay using (true);

create table platform.search_kinds (
  org_id uuid not null,
  kind text not null,
  version text not null,
  position uuid,
  constraint search_kinds_pkey primary key (org_id, kind)
);
comment on table platform.search_kinds is 'The version of the searchable fields with which the records of a kind are indexed, and the record up to which they are, null if all are.';
select platform.tenant_table('platform.search_kinds', 'select, insert, update, delete');

-- Existing records are indexed in the background.
insert into platform.search_states (org_id, fingerprint)
select o.org_id, ''
from platform.organizations o;

-- +goose Down
drop table platform.search_kinds;
drop table platform.search_states;
drop table platform.search_events;
drop table platform.search_words;
drop table platform.search_records;
