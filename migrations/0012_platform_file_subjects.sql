-- +goose Up
-- Records that files are attached to. Whoever may read one of them may read the file.
create table platform.file_subjects (
  org_id uuid not null,
  file_id uuid not null,
  kind text not null,
  subject_key uuid not null,
  constraint file_subjects_pkey primary key (org_id, file_id, kind, subject_key),
  constraint file_subjects_file_exists foreign key (org_id, file_id) references platform.files (org_id, id) on delete cascade
);
comment on table platform.file_subjects is 'Which records a file hangs on, such as the import of the statement that it holds. kind is the prefix of the record''s identifiers.';
select platform.tenant_table('platform.file_subjects', 'select, insert, delete');

-- +goose Down
drop table platform.file_subjects;
