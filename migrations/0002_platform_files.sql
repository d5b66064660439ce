-- +goose Up
-- Files and the blobs that hold their bytes.

create table platform.blobs (
  org_id uuid not null,
  sha256 bytea not null,
  size_bytes bigint not null,
  touch_time timestamptz not null,
  constraint blobs_pkey primary key (org_id, sha256),
  constraint blobs_organization_exists foreign key (org_id, org_id) references platform.organizations (org_id, id)
);
comment on table platform.blobs is 'Bytes in the file store, or on their way there, by their digest. Noted before they are written, in real time, so that what no file points to for long is known and swept.';
select platform.tenant_table('platform.blobs', 'select, insert, update, delete');

create table platform.files (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  file_name text not null,
  media_type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  constraint files_pkey primary key (org_id, id),
  constraint files_blob_exists foreign key (org_id, sha256) references platform.blobs (org_id, sha256)
);
comment on table platform.files is 'Files that were sent up; their bytes are blobs.';
create index files_by_sha256 on platform.files (org_id, sha256);
select platform.tenant_table('platform.files', 'select, insert, update (version), delete');

-- +goose StatementBegin
create function platform.idle_blobs(before timestamptz) returns table (org_id uuid, sha256 bytea)
language sql stable security definer
set search_path = pg_catalog
as $$
  select b.org_id, b.sha256
  from platform.blobs b
  where b.touch_time < before
  and not exists (
    select
    from platform.files f
    where f.org_id = b.org_id
    and f.sha256 = b.sha256
  )
  limit 10000;
$$;
-- +goose StatementEnd
comment on function platform.idle_blobs(timestamptz) is 'Blobs of all organizations that no file points to and that nobody began to write since an instant.';
revoke all on function platform.idle_blobs(timestamptz) from public;
grant execute on function platform.idle_blobs(timestamptz) to backoffice_app;

-- +goose Down
drop function platform.idle_blobs(timestamptz);
drop table platform.files, platform.blobs;
