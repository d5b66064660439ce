-- +goose Up
-- What the files of an organization use, and the thumbnails of its images.

create table platform.file_usage (
  org_id uuid not null,
  stored_bytes bigint not null,
  uploading_bytes bigint not null,
  quota_bytes bigint,
  constraint file_usage_pkey primary key (org_id),
  constraint file_usage_not_negative check (stored_bytes >= 0 and uploading_bytes >= 0 and quota_bytes >= 0)
);
comment on table platform.file_usage is 'Bytes that the files of an organization use: of its counted blobs, and of its uploads with reserved bytes.';
comment on column platform.file_usage.quota_bytes is 'The organization''s own quota. The server''s applies if it is null.';
select platform.tenant_table('platform.file_usage', 'select, insert, update');

-- A blob counts from before its bytes are stored until no file references it.
alter table platform.blobs add column counted boolean not null default false;
alter table platform.blobs alter column counted drop default;
comment on column platform.blobs.counted is 'Whether the blob counts as usage of the organization.';
alter table platform.blobs add column thumbnail_state text not null default 'NONE';
alter table platform.blobs alter column thumbnail_state drop default;
alter table platform.blobs add constraint blobs_thumbnail_state_known
  check (thumbnail_state in ('NONE', 'PENDING', 'READY', 'UNSUPPORTED'));
alter table platform.blobs add column thumbnail_attempts integer not null default 0;
alter table platform.blobs alter column thumbnail_attempts drop default;
comment on column platform.blobs.thumbnail_attempts is 'How often the thumbnails were begun.';

alter table platform.uploads add column reserved boolean not null default false;
alter table platform.uploads alter column reserved drop default;
comment on column platform.uploads.reserved is 'Whether size_bytes counts as usage of the organization.';

update platform.uploads set reserved = file_id is null;
update platform.blobs b
set counted = true
where exists (
  select
  from platform.files f
  where f.org_id = b.org_id
  and f.sha256 = b.sha256
);
update platform.blobs b
set thumbnail_state = 'PENDING'
where exists (
  select
  from platform.files f
  where f.org_id = b.org_id
  and f.sha256 = b.sha256
  and f.media_type in ('image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/bmp', 'image/tiff')
);
insert into platform.file_usage (org_id, stored_bytes, uploading_bytes)
select o.org_id, coalesce((
  select sum(b.size_bytes)
  from platform.blobs b
  where b.org_id = o.org_id
  and b.counted
), 0), coalesce((
  select sum(u.size_bytes)
  from platform.uploads u
  where u.org_id = o.org_id
  and u.reserved
), 0)
from platform.organizations o;

create index blobs_with_pending_thumbnails on platform.blobs (org_id, sha256) where thumbnail_state = 'PENDING';
grant select (org_id, thumbnail_state) on platform.blobs to backoffice_relay;
create policy relay on platform.blobs for select to backoffice_relay using (true);

-- +goose Down
drop policy relay on platform.blobs;
revoke select (org_id, thumbnail_state) on platform.blobs from backoffice_relay;
drop index platform.blobs_with_pending_thumbnails;
alter table platform.uploads drop column reserved;
alter table platform.blobs drop column thumbnail_attempts;
alter table platform.blobs drop column thumbnail_state;
alter table platform.blobs drop column counted;
drop table platform.file_usage;
