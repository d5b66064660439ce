-- +goose Up
-- Persons who watch records. The primary key keeps a person from watching a record twice.
create table platform.watchers (
  org_id uuid not null,
  id uuid not null,
  create_time timestamptz not null,
  kind text not null,
  subject_key uuid not null,
  person_id uuid not null,
  cause text not null,
  constraint watchers_pkey primary key (org_id, kind, subject_key, person_id),
  constraint watchers_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id),
  constraint watchers_cause_known check (cause in ('CHOSEN', 'COMMENTED', 'MENTIONED'))
);
comment on table platform.watchers is 'Who hears about records. kind is the prefix of the record''s identifier, subject_key the rest.';
create index watchers_by_id on platform.watchers (org_id, id);
create index watchers_by_kind on platform.watchers (org_id, kind, id, subject_key);
create index watchers_by_subject on platform.watchers (org_id, kind, subject_key, id);
create index watchers_by_person on platform.watchers (org_id, person_id, id);
select platform.tenant_table('platform.watchers', 'select, insert, delete');

-- +goose Down
drop table platform.watchers;
