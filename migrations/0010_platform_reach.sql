-- +goose Up
-- Owners of records, for permissions that reach only some of them.

create table platform.team_members (
  org_id uuid not null,
  manager_id uuid not null,
  person_id uuid not null,
  constraint team_members_pkey primary key (org_id, manager_id, person_id),
  constraint team_members_manager_exists foreign key (org_id, manager_id) references platform.persons (org_id, id),
  constraint team_members_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id)
);
comment on table platform.team_members is 'Each person with everybody above them in the reporting tree. Kept by whoever keeps the tree, with each change of it.';
create index team_members_by_person on platform.team_members (org_id, person_id);
select platform.tenant_table('platform.team_members', 'select, insert, delete');

alter table platform.files add column person_id uuid;
alter table platform.files add constraint files_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id);
comment on column platform.files.person_id is 'Who sent the file up. Null for files that came before this column.';
create index files_by_person on platform.files (org_id, person_id, id);

drop index platform.operations_by_person;
create index operations_by_person on platform.operations (org_id, person_id, id);
drop index platform.api_keys_by_person;
create index api_keys_by_person on platform.api_keys (org_id, person_id, id);

alter table platform.events add column kind text;
alter table platform.events add column owner_id uuid;
alter table platform.events add column was_owner_id uuid;
update platform.events set kind = split_part(subject_id, '_', 1);
alter table platform.events alter column kind set not null;
comment on column platform.events.kind is 'Prefix of the subject''s identifiers.';
comment on column platform.events.owner_id is 'Whose the subject was after the event, or at last; null if nobody''s in particular, and for events from before this column.';
comment on column platform.events.was_owner_id is 'Whose the subject was before the event, if somebody else''s.';
create index events_by_kind on platform.events (org_id, kind, id);
create index events_by_owner on platform.events (org_id, owner_id, id) where owner_id is not null;
create index events_by_former_owner on platform.events (org_id, was_owner_id, id) where was_owner_id is not null;

-- +goose Down
alter table platform.events drop column was_owner_id;
alter table platform.events drop column owner_id;
alter table platform.events drop column kind;
drop index platform.api_keys_by_person;
create index api_keys_by_person on platform.api_keys (org_id, person_id);
drop index platform.operations_by_person;
create index operations_by_person on platform.operations (org_id, person_id) where person_id is not null;
alter table platform.files drop column person_id;
drop table platform.team_members;
