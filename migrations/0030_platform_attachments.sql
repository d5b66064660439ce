-- +goose Up
-- An event about a comment, an attachment or the like names the record that it is on as its subject.
alter table platform.events add column record_id text not null default '';
alter table platform.events alter column record_id drop default;

-- Files on records become records themselves. An identifier begins with the time of the file's.
create table platform.attachments (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  kind text not null,
  subject_key uuid not null,
  file_id uuid not null,
  display_name text not null,
  purpose text not null,
  person_id uuid,
  constraint attachments_pkey primary key (org_id, id),
  constraint attachments_file_taken unique (org_id, file_id, kind, subject_key),
  constraint attachments_file_exists foreign key (org_id, file_id) references platform.files (org_id, id),
  constraint attachments_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id)
);
comment on table platform.attachments is 'Files on records. kind is the prefix of the record''s identifier, subject_key the rest. Whoever may read the record may read the file.';
create index attachments_by_kind on platform.attachments (org_id, kind, id, subject_key);
create index attachments_by_subject on platform.attachments (org_id, kind, subject_key, id);
-- Lists of the files that are on the records of a kind, or on one record.
create index attachments_by_file_of_kind on platform.attachments (org_id, kind, file_id, subject_key);
create index attachments_by_file_of_subject on platform.attachments (org_id, kind, subject_key, file_id);
create index attachments_by_person on platform.attachments (org_id, person_id);
select platform.tenant_table('platform.attachments', 'select, insert, update, delete');

insert into platform.attachments (
  org_id, id, version, create_time, update_time, kind, subject_key, file_id, display_name, purpose, person_id
)
select s.org_id, (left(f.id::text, 15) || substr(gen_random_uuid()::text, 16))::uuid, 1, f.create_time, f.create_time,
  s.kind, s.subject_key, s.file_id, f.file_name, '', f.person_id
from platform.file_subjects s
join platform.files f on f.org_id = s.org_id and f.id = s.file_id;
drop table platform.file_subjects;

-- +goose Down
create table platform.file_subjects (
  org_id uuid not null,
  file_id uuid not null,
  kind text not null,
  subject_key uuid not null,
  constraint file_subjects_pkey primary key (org_id, file_id, kind, subject_key),
  constraint file_subjects_file_exists foreign key (org_id, file_id) references platform.files (org_id, id) on delete cascade
);
create index file_subjects_by_kind on platform.file_subjects (org_id, kind, file_id, subject_key);
create index file_subjects_by_subject on platform.file_subjects (org_id, kind, subject_key, file_id);
select platform.tenant_table('platform.file_subjects', 'select, insert, delete');
insert into platform.file_subjects (org_id, file_id, kind, subject_key)
select a.org_id, a.file_id, a.kind, a.subject_key
from platform.attachments a;
drop table platform.attachments;
alter table platform.events drop column record_id;
