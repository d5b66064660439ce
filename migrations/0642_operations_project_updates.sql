-- +goose Up
-- What is said about the progress of projects.

create table operations.project_updates (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  project_id uuid not null,
  status text not null,
  body_markdown text not null,
  author_id uuid,
  due_date date,
  figures jsonb,
  edit_time timestamptz,
  constraint project_updates_pkey primary key (org_id, id),
  constraint project_updates_project_exists foreign key (org_id, project_id) references operations.projects (org_id, id),
  constraint project_updates_status_known check (status in ('ON_TRACK', 'AT_RISK', 'OFF_TRACK')),
  constraint project_updates_author_exists foreign key (org_id, author_id) references platform.persons (org_id, id)
);
comment on table operations.project_updates is 'How projects are doing, with the figures of that time.';
create unique index project_updates_external_id_taken on operations.project_updates (org_id, external_id) where external_id is not null;
create index project_updates_by_project on operations.project_updates (org_id, project_id, id);
create index project_updates_by_author on operations.project_updates (org_id, author_id) where author_id is not null;
select platform.tenant_table('operations.project_updates', 'select, insert, update, delete');

-- +goose Down
drop table operations.project_updates;
