-- +goose Up
-- Files that are uploaded in parts.

create table platform.uploads (
  org_id uuid not null,
  id uuid not null,
  create_time timestamptz not null,
  expire_time timestamptz not null,
  person_id uuid not null,
  file_name text not null,
  media_type text not null,
  size_bytes bigint not null,
  offset_bytes bigint not null,
  sha256 text not null,
  subject_id text not null,
  tus_metadata text not null,
  file_id uuid,
  constraint uploads_pkey primary key (org_id, id),
  constraint uploads_person_exists foreign key (org_id, person_id) references platform.persons (org_id, id),
  constraint uploads_offset_within_size check (offset_bytes between 0 and size_bytes),
  constraint uploads_finished_with_file check ((file_id is not null) = (offset_bytes = size_bytes))
);
comment on table platform.uploads is 'Files that are uploaded in parts. Its times are real times.';
comment on column platform.uploads.file_id is 'The file, which may be deleted before the upload expires.';
create index uploads_by_expire_time on platform.uploads (expire_time, org_id);
create index uploads_by_organization on platform.uploads (org_id, expire_time, id);
create index uploads_by_person on platform.uploads (org_id, person_id);
select platform.tenant_table('platform.uploads', 'select, insert, update, delete');
grant select (org_id, expire_time) on platform.uploads to backoffice_relay;
create policy relay on platform.uploads for select to backoffice_relay using (true);

create table platform.upload_parts (
  org_id uuid not null,
  upload_id uuid not null,
  id uuid not null,
  offset_bytes bigint not null,
  size_bytes bigint not null,
  accepted boolean not null,
  constraint upload_parts_pkey primary key (org_id, upload_id, id),
  constraint upload_parts_upload_exists foreign key (org_id, upload_id) references platform.uploads (org_id, id)
);
comment on table platform.upload_parts is 'Parts of uploads, inserted before their bytes are stored, so that all bytes are found and deleted. A part counts once it is accepted.';
select platform.tenant_table('platform.upload_parts', 'select, insert, update (accepted), delete');

-- +goose Down
drop table platform.upload_parts;
drop table platform.uploads;
