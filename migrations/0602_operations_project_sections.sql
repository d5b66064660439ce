-- +goose Up
-- Sections group the tasks of a project.

create table operations.project_sections (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  project_id uuid not null,
  display_name text not null,
  rank text collate "C" not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint project_sections_pkey primary key (org_id, id),
  constraint project_sections_project_exists foreign key (org_id, project_id) references operations.projects (org_id, id)
);
comment on table operations.project_sections is 'Groups of the tasks of a project.';
create unique index project_sections_external_id_taken on operations.project_sections (org_id, external_id) where external_id is not null;
create index project_sections_by_project on operations.project_sections (org_id, project_id, id);
create index project_sections_by_rank on operations.project_sections (org_id, rank, id);
select platform.tenant_table('operations.project_sections', 'select, insert, update, delete');

-- +goose Down
drop table operations.project_sections;
